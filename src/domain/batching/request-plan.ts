import type { BatchTrouble } from "./batch-trouble.ts";
import type { OutcomeStatus } from "./request-outcome.ts";

/** One time that a request was asked. */
export type RequestTry =
  /** In a batch that is on its way. */
  | { readonly kind: "open" }
  | { readonly kind: "alone"; readonly status: OutcomeStatus }
  | {
      readonly kind: "batch";
      readonly status: OutcomeStatus;
      /** Why the whole batch ended without answers; null when it was worked on. */
      readonly trouble: BatchTrouble | null;
      /** How many requests the batch held. */
      readonly size: number;
      readonly endedAt: Date;
    };

export type RequestStep =
  | { readonly kind: "answered" }
  | { readonly kind: "waiting" }
  /** Into a batch of at most so many, with so many times the usual room for the answer. */
  | {
      readonly kind: "send";
      readonly notBefore: Date | null;
      readonly batchSize: number;
      readonly roomFactor: number;
    }
  /** By a call of its own, at the ordinary price. */
  | { readonly kind: "ask_alone"; readonly roomFactor: number }
  /** Asking again would bring the same. */
  | { readonly kind: "given_up"; readonly status: OutcomeStatus };

const unbounded = Number.MAX_SAFE_INTEGER;
const maxBatchTries = 3;
const maxTruncated = 2;
const backoffMs = [60_000, 300_000, 900_000] as const;
/** After that it is tried so often in smaller batches. */
const timesSmaller = 2;

/** What a request needs next, from every time that it was asked, oldest first. */
export function nextRequestStep(tries: readonly RequestTry[]): RequestStep {
  const last = tries.at(-1);
  if (last === undefined) return send([]);
  if (last.kind === "open") return { kind: "waiting" };
  const { status } = last;
  if (status === "ok" || tries.some(wasAnswered)) return { kind: "answered" };
  if (last.kind === "batch" && last.trouble !== null) return afterTrouble(tries, last, last.trouble);
  return withoutAnswer(tries, status);
}

function wasAnswered(each: RequestTry): boolean {
  return each.kind !== "open" && each.status === "ok";
}

function withoutAnswer(tries: readonly RequestTry[], status: Exclude<OutcomeStatus, "ok">): RequestStep {
  switch (status) {
    case "invalid_request":
    case "filtered":
    case "refused":
      return { kind: "given_up", status };
    case "truncated":
      return afterTruncated(tries);
    case "unreadable":
    case "expired":
    case "canceled":
      return askAlone(tries, status);
    case "transient":
    case "missing":
    case "not_run":
      return countOf(tries, "batch") < maxBatchTries && countOf(tries, "alone") === 0
        ? send(tries)
        : askAlone(tries, status);
  }
}

function afterTruncated(tries: readonly RequestTry[]): RequestStep {
  if (countOf(tries, "alone") > 0) return { kind: "given_up", status: "truncated" };
  return timesTruncated(tries) < maxTruncated ? send(tries) : askAlone(tries, "truncated");
}

type BatchTry = Extract<RequestTry, { kind: "batch" }>;

function afterTrouble(tries: readonly RequestTry[], last: BatchTry, trouble: BatchTrouble): RequestStep {
  switch (trouble) {
    case "invalid":
    case "archived":
      return { kind: "given_up", status: last.status };
    case "no_batches":
      return askAlone(tries, last.status);
    case "too_large":
    case "mixed_models":
      if (last.size === 1) return { kind: "given_up", status: "invalid_request" };
      return send(tries);
    case "busy":
      return afterBusy(tries, last);
    // A person has seen to it meanwhile: the run was paused for the money, or failed.
    case "unpaid":
    case "withdrawn":
      return send(tries);
    case "upload_lost":
    case "unexplained":
    case "lost":
      return timesInTrouble(tries, trouble) < 2 ? send(tries) : askAlone(tries, last.status);
  }
}

/** Later, then in smaller batches, then without one. */
function afterBusy(tries: readonly RequestTry[], last: BatchTry): RequestStep {
  const times = timesInTrouble(tries, "busy");
  const pauseMs = Math.max(...backoffMs.slice(0, times));
  const notBefore = new Date(last.endedAt.getTime() + pauseMs);
  if (times <= backoffMs.length) return send(tries, notBefore);
  if (times <= backoffMs.length + timesSmaller && last.size > 1) return send(tries, notBefore);
  return askAlone(tries, last.status);
}

/** With the room and in the size that every try so far has taught, whatever the last one ended with. */
function send(tries: readonly RequestTry[], notBefore: Date | null = null): RequestStep {
  return { kind: "send", notBefore, batchSize: batchSizeOf(tries), roomFactor: roomFactorOf(tries) };
}

/** Once: what did not help then will not help now. */
function askAlone(tries: readonly RequestTry[], status: OutcomeStatus): RequestStep {
  if (countOf(tries, "alone") > 0) return { kind: "given_up", status };
  return { kind: "ask_alone", roomFactor: roomFactorOf(tries) };
}

/** Twice the room for every answer that did not fit. */
function roomFactorOf(tries: readonly RequestTry[]): number {
  return 2 ** timesTruncated(tries);
}

/** Half of every batch that was too much for its provider. */
function batchSizeOf(tries: readonly RequestTry[]): number {
  return tries.reduce((size, each, index) => {
    if (each.kind !== "batch" || !wasTooMuch(each, tries.slice(0, index + 1))) return size;
    return Math.min(size, Math.ceil(each.size / 2));
  }, unbounded);
}

/** What finds the provider busy is only sent later at first. */
function wasTooMuch({ trouble }: BatchTry, until: readonly RequestTry[]): boolean {
  if (trouble === "too_large" || trouble === "mixed_models") return true;
  return trouble === "busy" && timesInTrouble(until, "busy") > backoffMs.length;
}

function timesTruncated(tries: readonly RequestTry[]): number {
  return tries.filter((each) => each.kind !== "open" && each.status === "truncated").length;
}

function timesInTrouble(tries: readonly RequestTry[], trouble: BatchTrouble): number {
  return tries.filter((each) => each.kind === "batch" && each.trouble === trouble).length;
}

function countOf(tries: readonly RequestTry[], kind: RequestTry["kind"]): number {
  return tries.filter((each) => each.kind === kind).length;
}
