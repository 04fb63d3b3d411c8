export const priorities = ["urgent", "high", "medium", "low"] as const;

export type Priority = (typeof priorities)[number];

export function isPriority(text: string): text is Priority {
  return (priorities as readonly string[]).includes(text);
}

/** 0 is served first; a word we do not know is served last. */
export function priorityRank(priority: Priority): number {
  const rank = priorities.indexOf(priority);
  return rank === -1 ? priorities.length : rank;
}

/** The order in which waiting things are served: priority, then age, then id so that two readers agree. */
export function byPriorityAndAge(a: Waiting, b: Waiting): number {
  return (
    priorityRank(a.priority) - priorityRank(b.priority) ||
    a.createdAt.getTime() - b.createdAt.getTime() ||
    (a.id < b.id ? -1 : 1)
  );
}

export interface Waiting {
  readonly id: string;
  readonly priority: Priority;
  readonly createdAt: Date;
}
