import { AasError, type ErrorCode } from "../domain/errors.ts";

/** One thing that is wrong with the settings, and what to do about it: a sentence each. */
export interface ConfigProblem {
  readonly text: string;
  readonly cure: string;
}

/** All problems at once: nobody wants to mend a file one error at a time. */
export function toConfigError(
  problems: readonly ConfigProblem[],
  code: Extract<ErrorCode, "config_invalid" | "usage"> = "config_invalid",
): AasError {
  const cures = [...new Set(problems.map(({ cure }) => cure))];
  return new AasError(code, problems.map(({ text }) => text).join("\n"), { cure: cures.join(" ") });
}
