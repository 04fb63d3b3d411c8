import { isAasError, messageOf } from "../../domain/errors.ts";

/** What one look found. `fail`: runs would not work; `warn`: they work, but not as well as they could. */
export interface Diagnosis {
  readonly id: string;
  readonly verdict: "ok" | "warn" | "fail";
  readonly detail: string;
  /** A command or a setting; null when nothing needs to be done. */
  readonly cure: string | null;
}

export function ok(id: string, detail: string): Diagnosis {
  return { id, verdict: "ok", detail, cure: null };
}

export function warn(id: string, detail: string, cure: string): Diagnosis {
  return { id, verdict: "warn", detail, cure };
}

export function fail(id: string, detail: string, cure: string | null): Diagnosis {
  return { id, verdict: "fail", detail, cure };
}

/** A look that could not be taken is a finding too. */
export function failOf(id: string, error: unknown): Diagnosis {
  return fail(id, messageOf(error), isAasError(error) ? error.cure : null);
}
