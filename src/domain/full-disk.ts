import { codeOf } from "./errno-code.ts";
import { AasError } from "./errors.ts";

/** Whether it failed, or what made it fail, because nothing more can be written. */
export function isOfFullDisk(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ["ENOSPC", "EDQUOT"].includes(codeOf(error)) || isOfFullDisk(error.cause);
}

/** What is waited out: somebody will make room. */
export function diskFull(message: string, cause: unknown): AasError {
  return new AasError("disk_full", message, {
    cause,
    cure: "Make room on the disk, then repeat.",
    retryable: true,
  });
}
