import { AasError } from "../domain/errors.ts";
import { isTaskKey, type TaskKey, toTaskKey } from "../domain/ids.ts";

export function parseTaskKey(text: string, field: string): TaskKey {
  if (isTaskKey(text)) return toTaskKey(text);
  throw new AasError("usage", `${field}: ${JSON.stringify(text)} is not a key of a task.`, {
    cure: "Keys look like AAS-12; aas task list shows them.",
  });
}
