/** The system's word for what went wrong: `ENOENT`; empty when it is something else. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

/** Whether it failed, or what made it fail, because nothing more can be written. */
export function isOfFullDisk(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ["ENOSPC", "EDQUOT"].includes(codeOf(error)) || isOfFullDisk(error.cause);
}
