import type { Promises } from "../check-promises.ts";
import type { ToldEvent } from "../told.ts";
import { isRunChange } from "../told.ts";
import { repeated } from "./repeated.ts";

/** No event is missing. */
export const eventPromises: Promises = {
  "events are numbered without gaps": ({ events }) =>
    events.flatMap((event, index) =>
      event.seq === index + 1 ? [] : [`number ${event.seq} stands at place ${index + 1}`],
    ),

  "every change begins where the one before ended": ({ events }) =>
    chains.flatMap(({ types, first }) => {
      const changes = events.filter((event) => types.test(event.type) && !silent.test(event.type));
      const subjects = [...new Set(changes.map((event) => event.subject))];
      return subjects.flatMap((subject) =>
        brokenLinks(
          changes.filter((event) => event.subject === subject),
          first,
        ),
      );
    }),

  "a run has one beginning and nothing follows its end": ({ events }) =>
    runsOf(events).flatMap((run) => {
      const changes = events.filter((event) => event.runId === run && isRunChange(event));
      const created = changes.filter((event) => event.type === "run.created").length;
      const after = changes.filter(
        (event, index) => index > 0 && isEnd(changes[index - 1]) && event.type !== "run.retried",
      );
      return [
        ...(created === 1 ? [] : [`${run} was created ${created} times`]),
        ...after.map((event) => `${run} had ended, and then came ${event.type}`),
      ];
    }),

  "a completed run passed each stage once": ({ events }) =>
    runsOf(events).flatMap((run) => {
      const own = events.filter((event) => event.runId === run);
      if (!own.some((event) => event.type === "run.completed")) return [];
      const passed = own
        .filter((event) => event.type === "run.stage_finished")
        .map((event) => event.from ?? "");
      return passed.join(" ") === stages.join(" ") ? [] : [`${run} passed ${passed.join(", ")}`];
    }),

  "every check of a candidate is told whole": ({ events }) => {
    const checked = events
      .filter((event) => event.type === "integration.checked")
      .map((event) => String(event.details["validationId"]));
    const told = new Set(
      events.filter((event) => event.type === "validation.completed").map((event) => event.subject),
    );
    return checked.filter((id) => !told.has(id)).map((id) => `validation.completed of ${id} is missing`);
  },

  "every submission is told with its attempt": ({ events }) => {
    const received = events.filter((event) => event.type === "submission.received").length;
    const completed = events.filter((event) => event.type === "attempt.completed").length;
    return received === completed ? [] : [`${received} submissions, ${completed} completed attempts`];
  },

  "what happens once is told once": ({ events }) => {
    const keys = events
      .filter((event) => onceTypes.test(event.type))
      .map((event) => `${event.type} of ${event.subject}`);
    return repeated(keys).map((key) => `${key} was told again`);
  },
};

const stages = ["decompose", "batch", "wait", "implement", "validate", "deploy", "notify"];

const onceTypes =
  /^(?:run\.created|run\.rolled_back|plan\.accepted|task\.created|task\.landed|batch\.intended|integration\.(?:queued|landed|rejected)|deployment\.started|approval\.requested|rollback\.requested|run\.completed)$/u;

const silent = /^(?:run\.stage_finished|run\.rolled_back|run\.prioritized)$/u;

/** Things whose changes say where they come from; `first` is where the first change begins. */
const chains: readonly { readonly types: RegExp; readonly first: string | null }[] = [
  { types: /^run\./u, first: null },
  { types: /^task\.(?!created)/u, first: "queued" },
  { types: /^batch\.changed$/u, first: "intended" },
  { types: /^deployment\./u, first: null },
  { types: /^rollback\./u, first: null },
  { types: /^approval\.decided$/u, first: "pending" },
];

function brokenLinks(changes: readonly ToldEvent[], first: string | null): readonly string[] {
  return changes.flatMap((event, index) => {
    const before = index === 0 ? first : (changes[index - 1]?.to ?? null);
    return event.from === before
      ? []
      : [`${event.type} of ${event.subject} (${event.seq}) comes from ${event.from}, but it was ${before}`];
  });
}

function isEnd(event: ToldEvent | undefined): boolean {
  return /^run\.(?:completed|failed|canceled)$/u.test(event?.type ?? "");
}

function runsOf(events: readonly ToldEvent[]): readonly string[] {
  return [...new Set(events.flatMap((event) => (event.runId === null ? [] : [event.runId])))];
}
