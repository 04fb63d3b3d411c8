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
      const own = events.filter((event) => event.runId === run);
      const found = (collected.get(run) ?? []).map((submission) => taskOf(own, submission));
      const called = own.filter(({ type }) => type === "task.collected").map(({ subject }) => subject);
      return [...new Set([...found, ...called])].flatMap((task) =>
        brokenCollections(own, task, found, called),
      );
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

/** Whose work a submission is. */
function taskOf(events: readonly ToldEvent[], submission: string): string {
  const received = events.find((event) => event.details["submissionId"] === submission);
  return received?.subject ?? `the unknown ${submission}`;
}

/** A run that is canceled while work is put on its branch keeps the branch as it is, and calls nothing collected. */
function brokenCollections(
  events: readonly ToldEvent[],
  task: string,
  found: readonly string[],
  called: readonly string[],
): readonly string[] {
  const [standing, told] = [found, called].map((tasks) => tasks.filter((each) => each === task).length);
  const isCanceled = events.some((event) => event.type === "task.canceled" && event.subject === task);
  const isKept = standing === told || (isCanceled && standing === 1 && told === 0);
  return isKept ? [] : [`${task} was called collected ${told} times, and ${standing} commits name it`];
}

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

const costsNoTry = /^attempt\.(?:abandoned|canceled)$/u;

function abandonedOf(events: readonly ToldEvent[], task: string): number {
  return events.filter((event) => costsNoTry.test(event.type) && event.subject === task).length;
}

/** A canceled task's work is not judged any more. */
function isGivenUp(events: readonly ToldEvent[], { subject }: ToldEvent): boolean {
  return events.some((event) => event.type === "task.canceled" && event.subject === subject);
}
