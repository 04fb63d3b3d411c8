/** The system's word for what went wrong: `ENOENT`; empty when it is something else. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}
