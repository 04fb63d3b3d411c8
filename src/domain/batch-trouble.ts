/** Why a provider took a batch not, or ended it without working on it, by what is to be done about it. */
export type BatchTrouble =
  /** The requests are wrong: the same ones would be refused again. */
  | "invalid"
  /** Too much for one batch. */
  | "too_large"
  /** One batch takes one model. */
  | "mixed_models"
  /** Too much is waiting there already, or too many calls were made. */
  | "busy"
  /** No money, or a limit on spending. */
  | "unpaid"
  /** This server has no batch API. */
  | "no_batches"
  /** What was uploaded is not there any more. */
  | "upload_lost"
  /** It did not say. */
  | "unexplained";

/** Why one request of a batch brought no answer. */
export type ItemFailure =
  /** The request is wrong: asking again brings the same. */
  | "invalid_request"
  /** It passes by itself. */
  | "transient"
  /** The provider's filter. */
  | "filtered"
  | "expired"
  | "canceled";
