import { type AasError, isAasError } from "../../domain/errors.ts";

const pauseMs = 1_000;

/**
 * Whoever watches a run outlives what passes by itself: a database that is started again, a disk that somebody makes room
 * on. Each trouble is told once; what is asked for is asked again until there is an answer.
 */
export async function withPatience<Result>(
  look: () => Promise<Result>,
  tell: (trouble: AasError) => void,
): Promise<Result> {
  let told: string | null = null;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (!isAasError(error) || !mayPass(error)) throw error;
      if (error.code !== told) tell(error);
      told = error.code;
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

function mayPass(error: AasError): boolean {
  return error.code === "disk_full" || (error.code === "database_unavailable" && error.retryable);
}
