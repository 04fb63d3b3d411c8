import { AasError, isAasError, messageOf } from "../../domain/errors.ts";

const checkConnection = "`aas doctor` tries the database and says how it is reached.";

/** Gives a failure of the driver its name and its cure. */
export function toDatabaseError(error: unknown): AasError {
  if (isAasError(error)) return error;
  const state = sqlStateOf(error);
  if (state === null) return isProgramFault(error) ? toInternalError(error) : toConnectionError(error);
  return toNamedError(state, error) ?? toInternalError(error);
}

/** The transaction was undone by the database, because it could not be ordered among others: it may be run again. */
export function isSerializationFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const state = sqlStateOf(error);
  return state === "40001" || state === "40P01" || isSerializationFailure(error.cause);
}

/** Whether the connection must not be used again. */
export function isConnectionLost(error: unknown): boolean {
  return isAasError(error, "database_unavailable") && error.retryable && !isSerializationFailure(error);
}

/** The database was never migrated, or made anew since: the statement did nothing. */
export function isWithoutTables(error: unknown): boolean {
  if (!isAasError(error, "database_unavailable")) return false;
  const state = sqlStateOf(error.cause);
  return state !== null && isOfMissingTables(state);
}

function isOfMissingTables(state: string): boolean {
  return state === "42P01" || state === "3F000";
}

function toNamedError(state: string, error: unknown): AasError | null {
  const cause = error;
  const said = messageOf(error);
  if (state === "40001" || state === "40P01") {
    const message = `The database could not order this change among others: ${said}`;
    return new AasError("database_unavailable", message, { cause, retryable: true });
  }
  if (state === "53100") {
    const cure = "Free space on the disk that holds the database, then resume.";
    return new AasError("disk_full", `The database's disk is full: ${said}`, {
      cause,
      cure,
      retryable: true,
    });
  }
  if (state === "25006") {
    const cure = "Point AAS_DATABASE_URL at the primary server; this one only answers reads.";
    return new AasError("database_unavailable", `The database is read-only: ${said}`, { cause, cure });
  }
  if (state === "23505") return new AasError("conflict", `It exists already: ${said}`, { cause });
  if (state === "23503") return new AasError("not_found", `It names what is not stored: ${said}`, { cause });
  if (isTransient(state)) return toConnectionError(error);
  return isRefusal(state) ? toRefusal(state, error) : null;
}

/** Connection classes, shutdown and start-up, too many connections, ended while idle in a transaction. */
function isTransient(state: string): boolean {
  return state.startsWith("08") || state.startsWith("57P") || state === "53300" || state === "25P03";
}

/** Wrong name or password, no such database, no right, and a database that was never migrated. */
function isRefusal(state: string): boolean {
  return state.startsWith("28") || ["3D000", "42501", "42P01", "3F000"].includes(state);
}

function toRefusal(state: string, error: unknown): AasError {
  const cure = isOfMissingTables(state) ? "aas db migrate" : checkConnection;
  return new AasError("database_unavailable", `The database refused: ${messageOf(error)}`, {
    cause: error,
    cure,
  });
}

function toConnectionError(error: unknown): AasError {
  return new AasError("database_unavailable", `The database cannot be reached: ${messageOf(error)}`, {
    cause: error,
    cure: checkConnection,
    retryable: true,
  });
}

function toInternalError(error: unknown): AasError {
  return new AasError("internal", `The database refused a statement: ${messageOf(error)}`, { cause: error });
}

/**
 * PostgreSQL's own errors carry a state and a severity; system errors (`EPIPE`) only a code, and what the driver says of
 * a lost connection has neither.
 */
function sqlStateOf(error: unknown): string | null {
  const isOfPostgres = error instanceof Error && "severity" in error && "code" in error;
  return isOfPostgres && typeof error.code === "string" ? error.code : null;
}

function isProgramFault(error: unknown): boolean {
  return error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError;
}
