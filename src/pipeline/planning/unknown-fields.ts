import { planFields, taskFields } from "./parse-task-plan.ts";

/** A name that no plan has where it stands. */
export interface UnknownField {
  /** `tasks[1].depends_on` */
  readonly path: string;
  /** What may stand there. */
  readonly known: readonly string[];
}

/**
 * Models may say more than they are asked for, and it is left out. A plan by hand is meant as it is written: a name that
 * nobody reads is a mistake, and what it was to say, such as an order, would be lost without a word.
 */
export function unknownFieldsOf(plan: unknown): readonly UnknownField[] {
  if (!isRecord(plan)) return [];
  const { tasks } = plan;
  const items: readonly unknown[] = Array.isArray(tasks) ? tasks : [];
  return [
    ...unknownIn(plan, "", planFields),
    ...items.flatMap((task, index) =>
      isRecord(task) ? unknownIn(task, `tasks[${index}].`, taskFields) : [],
    ),
  ];
}

function unknownIn(
  record: Readonly<Record<string, unknown>>,
  place: string,
  known: readonly string[],
): readonly UnknownField[] {
  const unknown = Object.keys(record).filter((name) => !known.includes(name));
  return unknown.map((name) => ({ path: `${place}${name}`, known }));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
