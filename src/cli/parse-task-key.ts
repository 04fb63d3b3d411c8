import { AasError } from "../domain/errors.ts";
import { isTaskKey, type TaskKey, toTaskKey } from "../domain/ids.ts";

/** A key as people type it: `aas-12` is AAS-12. */
export function parseTaskKey(text: string, field: string): TaskKey {
  const key = text.trim().toUpperCase();
  if (isTaskKey(key)) return toTaskKey(key);
  throw new AasError("usage", `${field}: ${JSON.stringify(text)} is not a key of a task.`, {
    cure: "Keys look like AAS-12; aas task list shows them.",
  });
}
