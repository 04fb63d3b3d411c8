/** Why a provider did not take a batch, or ended it without answers, by what is to be done about it. */
export const batchTroubles = [
  /** The requests are wrong: the same ones would be refused again. */
  "invalid",
  /** Too much for one batch. */
  "too_large",
  /** One batch takes one model. */
  "mixed_models",
  /** Too much is waiting there already, or too many calls were made. */
  "busy",
  /** No money, or a limit on spending. */
  "unpaid",
  /** This server has no batch API. */
  "no_batches",
  /** What was uploaded is not there any more. */
  "upload_lost",
  /** It was created, and the provider knows nothing of it any more. */
  "lost",
  /** It was worked on and paid for, and its answers are gone. */
  "archived",
  /** Its run failed before it was sent. */
  "withdrawn",
  /** It did not say. */
  "unexplained",
] as const;
export type BatchTrouble = (typeof batchTroubles)[number];

/** Why one request of a batch brought no answer. */
export const itemFailures = [
  /** The request is wrong: asking again brings the same. */
  "invalid_request",
  /** It passes by itself. */
  "transient",
  /** The provider's filter. */
  "filtered",
  "expired",
  "canceled",
  /** No readable word came of it: it may have been paid for. */
  "missing",
] as const;
export type ItemFailure = (typeof itemFailures)[number];
