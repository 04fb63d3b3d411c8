/** What the operating system calls a connection that is gone. */
const lossCodes: ReadonlySet<string> = new Set([
  "EPIPE",
  "ECONNRESET",
  "ECONNREFUSED",
  "ECONNABORTED",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOENT",
]);

/** The driver gives its own errors about connections no code, hence the words. */
const lossWords =
  /connection terminated|connection error|connection timeout|not queryable|timeout exceeded|read timeout/iu;

/** Whether the database may have been away, as opposed to having answered that something is wrong. */
export function isConnectionLoss(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ("code" in error && typeof error.code === "string") return isLossCode(error.code);
  return lossWords.test(error.message) || isConnectionLoss(error.cause);
}

/** DBOS waits out these two no more than any unknown error, though they too come with a server that is restarted. */
const unknownToDbos: ReadonlySet<string> = new Set(["EPIPE", "ENOENT"]);

/** The same error under a name for which DBOS waits and repeats. */
export function nameForDbos(error: NodeJS.ErrnoException): void {
  if (unknownToDbos.has(error.code ?? "")) Object.assign(error, { code: "ECONNRESET" });
}

/** Five characters are PostgreSQL's own: 08 is about connections, 57P about a server that stops or starts. */
function isLossCode(code: string): boolean {
  return lossCodes.has(code) || code.startsWith("08") || code.startsWith("57P");
}
