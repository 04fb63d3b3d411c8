import type { Promises } from "../check-promises.ts";
import type { ToldEvent } from "../told.ts";
import { repeated } from "./repeated.ts";

/** No patch is applied twice, no attempt is counted twice or left open. */
export const buildPromises: Promises = {
  "no submission is collected twice": ({ collected }) =>
    [...collected].flatMap(([run, submissions]) =>
      repeated(submissions).map((id) => `${id} stands twice on the integration branch of ${run}`),
    ),

  "what is called collected is on the integration branch": ({ events, collected }) =>
    runsOf(events).flatMap((run) => {
      const called = events.filter((event) => event.runId === run && event.type === "task.collected").length;
      const found = collected.get(run)?.length ?? 0;
      return called === found ? [] : [`${run}: ${called} tasks collected, ${found} commits on its branch`];
    }),

  "no attempt begins twice": ({ events }) => {
    const numbers = attemptsStarted(events).map(
      (event) =>
        `${event.subject} in round ${roundOf(events, event)}, attempt ${String(event.details["attempt"])}`,
    );
    return repeated(numbers).map((which) => `${which} began twice`);
  },

  "attempts keep to their cap": ({ events }, { attemptCap }) =>
    attemptsStarted(events)
      .filter((event) => Number(event.details["attempt"]) > attemptCap + abandonedOf(events, event.subject))
      .map((event) => `${event.subject} was tried ${String(event.details["attempt"])} times`),

  "every attempt ends": ({ events }) =>
    attemptsStarted(events).flatMap((event) => {
      const id = event.details["attemptId"];
      const last = events.findLast((each) => each.details["attemptId"] === id);
      const isCollected = events.some(
        (each) =>
          each.seq > (last?.seq ?? 0) && each.type === "task.collected" && each.subject === event.subject,
      );
      const isOver = /failed|abandoned|canceled/u.test(last?.type ?? "");
      const isSettled =
        isOver || (last?.type === "attempt.completed" && (isCollected || isGivenUp(events, event)));
      return isSettled ? [] : [`${String(id)} of ${event.subject} was left as ${last?.type ?? "nothing"}`];
    }),
};

function runsOf(events: readonly ToldEvent[]): readonly string[] {
  return [...new Set(events.flatMap((event) => (event.runId === null ? [] : [event.runId])))];
}

function attemptsStarted(events: readonly ToldEvent[]): readonly ToldEvent[] {
  return events.filter((event) => event.type === "attempt.started");
}

/** A retry gives a task another round. */
function roundOf(events: readonly ToldEvent[], { subject, seq }: ToldEvent): number {
  const retries = events.filter(
    (event) => event.type === "task.retried" && event.subject === subject && event.seq < seq,
  );
  return retries.length + 1;
}

function abandonedOf(events: readonly ToldEvent[], task: string): number {
  return events.filter((event) => event.type === "attempt.abandoned" && event.subject === task).length;
}

/** A canceled task's work is not judged any more. */
function isGivenUp(events: readonly ToldEvent[], { subject }: ToldEvent): boolean {
  return events.some((event) => event.type === "task.canceled" && event.subject === subject);
}
