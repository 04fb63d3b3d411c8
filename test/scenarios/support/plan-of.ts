/** A task as a plan says it. */
export interface Step {
  readonly id: string;
  readonly after: readonly string[];
  readonly files: readonly string[];
  readonly acceptance: readonly (readonly string[])[];
}

/** A step that writes its own word: `step("b", { after: ["a"] })`. */
export function step(id: string, given: Partial<Omit<Step, "id">> = {}): Step {
  return { id, after: [], files: [`words/${id}.txt`], acceptance: [], ...given };
}

/** The plan in the words of a model. */
export function planOf(...steps: readonly Step[]): string {
  const tasks = steps.map(({ id, after, files, acceptance }) => ({
    id,
    files,
    acceptance,
    title: `Write ${id}`,
    dependsOn: after,
  }));
  return JSON.stringify({ tasks, sizeReason: "a scenario is small" });
}
