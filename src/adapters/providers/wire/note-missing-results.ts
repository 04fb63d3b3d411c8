import { troubleOf, type Vendor } from "./ask-provider.ts";
import type { HttpAnswer } from "./http-answer.ts";
import type { Timing } from "./timing.ts";
import { toAasError } from "./to-aas-error.ts";

/**
 * What an answer instead of results means. They may come late after their batch ended: then they are asked for again.
 * Those that are gone for good have nothing to read in them.
 */
export function noteMissingResults(
  vendor: Vendor,
  answer: HttpAnswer,
  endedAt: Date | null,
  { lateMs }: Timing,
): void {
  const { connection } = vendor;
  const trouble = troubleOf(vendor, answer);
  if (answer.status !== 404) throw toAasError(connection, trouble);
  const isLate = endedAt === null || answer.receivedAt.getTime() - endedAt.getTime() < lateMs;
  if (isLate) throw toAasError(connection, { kind: "open", message: trouble.message });
}
