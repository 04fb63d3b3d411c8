import type { Promises } from "../check-promises.ts";
import type { Observed } from "../observe.ts";
import { repeated } from "./repeated.ts";

/** No merge is repeated, none is lost, and nothing reaches the base branch that was not tested and approved. */
export const landingPromises: Promises = {
  "the base branch only grows": ({ chain, start }, { people }) => [
    ...(chain[0]?.sha === start ? [] : [`it does not begin with ${start}`]),
    ...people
      .filter((sha) => !chain.some((commit) => commit.sha === sha))
      .map((sha) => `${sha}, which a person made, is not on it any more`),
  ],

  "the base branch moves only to what is told as landed": (observed, { people }) => {
    const told = toldLandings(observed);
    return observed.chain
      .slice(1)
      .map((commit) => commit.sha)
      .filter((sha) => !told.includes(sha) && !people.includes(sha))
      .map((sha) => `no event says that ${sha} landed`);
  },

  "what is told as landed is on the base branch, once": (observed) => {
    const told = toldLandings(observed);
    const standing = new Set<string | null>(observed.chain.map((commit) => commit.sha));
    return [
      ...told.filter((sha) => !standing.has(sha)).map((sha) => `${sha} is not on the base branch`),
      ...repeated(told).map((sha) => `${sha} was told twice`),
    ];
  },

  "no run lands or is reverted twice": ({ chain }) => {
    const names = chain.flatMap(({ message }) => {
      const run = trailer(message, "Aas-Run")[0];
      const isRevert = trailer(message, "Aas-Reverts").length > 0;
      return run === undefined ? [] : [`${isRevert ? "the revert" : "the landing"} of ${run}`];
    });
    return repeated(names).map((name) => `${name} stands twice on the base branch`);
  },

  "every patch is applied exactly once": (observed, expected) =>
    Object.entries(expected.brought).flatMap(([goal, files]) => brokenFiles(observed, goal, files)),

  "a revert takes back exactly what landed": (observed) => {
    const reverted = observed.chain.flatMap(({ sha, message }) =>
      trailer(message, "Aas-Reverts").map((landed) => ({ sha, landed })),
    );
    return reverted.flatMap(({ sha, landed }) => brokenRevert(observed, sha, landed));
  },

  "nothing lands that was not tested and approved": ({ events, chain, askFirst }) =>
    events
      .filter((event) => event.type === "integration.landed")
      .flatMap((landed) => {
        const own = events.filter((event) => event.subject === landed.subject && event.seq < landed.seq);
        const last = (type: string): string | null =>
          own.findLast((event) => event.type === type)?.to ?? null;
        const commit = chain.find(({ sha }) => sha === landed.to);
        const isRevert = commit !== undefined && trailer(commit.message, "Aas-Reverts").length > 0;
        const needsYes = landed.runId !== null && askFirst.has(landed.runId) && !isRevert;
        const hasYes = events.some(
          (event) =>
            event.type === "approval.decided" &&
            event.seq < landed.seq &&
            event.to === "approved" &&
            event.details["sha"] === landed.to,
        );
        return [
          ...(last("integration.candidate_made") === landed.to ? [] : [`${landed.to} was no candidate`]),
          ...(last("integration.checked") === "passed" ? [] : [`${landed.to} had not passed`]),
          ...(needsYes && !hasYes ? [`${landed.to} was not approved`] : []),
        ];
      }),

  "what has left the queue does not land": ({ events }) => {
    const left = events.filter((event) => event.type === "integration.rejected");
    return left
      .filter(({ subject }) =>
        events.some((event) => event.type === "integration.landed" && event.subject === subject),
      )
      .map(({ subject, to }) => `${subject} was rejected (${to ?? ""}) and landed`);
  },

  "a task is done only by a commit that names it": ({ events, chain }) =>
    events
      .filter((event) => event.type === "task.landed")
      .filter((event) => !chain.some(({ message }) => trailer(message, "Aas-Task").includes(event.subject)))
      .map((event) => `${event.subject} is called done, and no commit on the base branch names it`),

  "what a landed commit names is done": ({ events, chain }) =>
    chain
      .flatMap(({ message }) => trailer(message, "Aas-Task"))
      .filter((key) => !events.some((event) => event.type === "task.landed" && event.subject === key))
      .map((key) => `${key} is on the base branch and was not called done`),

  "every landing closes its deployment": ({ events }) => {
    const runs = [...new Set(events.flatMap((event) => (event.runId === null ? [] : [event.runId])))];
    return runs.flatMap((run) => {
      const own = events.filter((event) => event.runId === run);
      const landings = own.filter((event) => event.type === "integration.landed").length;
      const closed = own.filter(
        (event) => event.type === "deployment.changed" && event.to === "completed",
      ).length;
      return landings === closed
        ? []
        : [`${run} landed ${landings} times, and ${closed} deployments are completed`];
    });
  },
};

/** The tree of the landing is that of its parent with what the goal brings, to the byte. */
function brokenFiles(observed: Observed, goal: string, files: Files): readonly string[] {
  const run =
    observed.events.find((event) => event.type === "run.created" && event.reason === goal)?.runId ?? "";
  const landing = observed.chain.find(
    ({ message }) =>
      trailer(message, "Aas-Run").includes(run) && trailer(message, "Aas-Reverts").length === 0,
  );
  if (landing === undefined) return [`${goal} has not landed`];
  const before = observed.trees.get(landing.parents[0] ?? "") ?? {};
  return differences(observed.trees.get(landing.sha) ?? {}, { ...before, ...files }, goal);
}

function brokenRevert(observed: Observed, revert: string, landed: string): readonly string[] {
  const parentOf = (sha: string): string => observed.chain.find((each) => each.sha === sha)?.parents[0] ?? "";
  const treeOf = (sha: string): Files => observed.trees.get(sha) ?? {};
  const [before, after] = [treeOf(parentOf(landed)), treeOf(landed)];
  const touched = [...Object.keys(before), ...Object.keys(after)].filter(
    (path) => before[path] !== after[path],
  );
  const expected: Record<string, string> = { ...treeOf(parentOf(revert)) };
  for (const path of touched) {
    const old = before[path];
    if (old === undefined) delete expected[path];
    else expected[path] = old;
  }
  return differences(treeOf(revert), expected, `the revert ${revert}`);
}

type Files = Readonly<Record<string, string>>;

function differences(actual: Files, expected: Files, name: string): readonly string[] {
  const paths = new Set([...Object.keys(actual), ...Object.keys(expected)]);
  return [...paths]
    .filter((path) => actual[path] !== expected[path])
    .map(
      (path) => `${name}: ${path} is ${JSON.stringify(actual[path])}, not ${JSON.stringify(expected[path])}`,
    );
}

function toldLandings({ events }: Pick<Observed, "events">): readonly string[] {
  return events.filter((event) => event.type === "integration.landed").map((event) => event.to ?? "");
}

function trailer(message: string, name: string): readonly string[] {
  const lines = message.split("\n").filter((line) => line.startsWith(`${name}: `));
  return lines.map((line) => line.slice(name.length + 2).trim());
}
