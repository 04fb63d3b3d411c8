import { describe, expect, test } from "vitest";
import { type Round, type RoundOptions, tryRound } from "../../src/app/worker/worker.ts";
import type { Run } from "../../src/domain/run.ts";
import {
  type ComposedSettings,
  configHashKey,
  readSettingsWord,
} from "../../src/pipeline/control/settings-note.ts";
import { pauseRun, resumeRun } from "../../src/pipeline/control/steer-run.ts";
import { Deliveries } from "../../src/pipeline/notifying/deliveries.ts";
import type { PipelineDeps } from "../../src/pipeline/pipeline-deps.ts";
import { step } from "./support/plan-of.ts";
import { given, type Story } from "./support/word-book.ts";

function startWith(story: Story, configHash: string): Promise<Run> {
  return story.start("Write a word", { metadata: { [configHashKey]: configHash } });
}

/** A worker that is composed now. */
async function compose(story: Story, hash: string): Promise<ComposedSettings> {
  return { hash, word: await readSettingsWord(story.deps.db, story.projectId) };
}

function round(story: Story, composed: ComposedSettings, deps: PipelineDeps = story.deps): Promise<Round> {
  const { projectId, batchResultsFolder } = story;
  const deliveries = new Deliveries({ ...deps, channels: [] });
  const shared = { deps, deliveries, projectId, batchResultsFolder, composed };
  const options: RoundOptions = { ...shared, maxConcurrentRuns: 3 };
  return tryRound(options, { seq: 0, isCleaning: false });
}

async function statusOf({ deps }: Story, { id }: Run): Promise<string> {
  return (await deps.db.runs.get(id)).state.status;
}

describe("a worker gives way to one of the newest settings", () => {
  test("when a run is started with others, and leaves that run to it", async () => {
    await using story = await given({ plan: [step("one")] });
    const old = await compose(story, "A");
    const run = await startWith(story, "B");

    expect((await round(story, old)).isOutdated).toBe(true);
    expect(await statusOf(story, run)).toBe("queued");

    expect((await round(story, await compose(story, "B"))).isOutdated).toBe(false);
    expect(await statusOf(story, run)).toBe("running");
  });

  test("when that run is recorded after it looked for such a one, too", async () => {
    await using story = await given({ plan: [step("one")] });
    const old = await compose(story, "A");
    const started: Run[] = [];
    const deps = beforeFirstList(story, async () => void started.push(await startWith(story, "B")));

    expect((await round(story, old, deps)).isOutdated).toBe(false);

    expect(await Promise.all(started.map((run) => statusOf(story, run)))).toEqual(["queued"]);
    expect((await round(story, old)).isOutdated).toBe(true);
  });

  test("when a run goes on with others, but not when it goes on with its own", async () => {
    await using story = await given({ plan: [step("one")] });
    const run = await startWith(story, "A");
    const worker = await compose(story, "A");
    await round(story, worker);
    for (const [settingsHash, isOutdated] of [
      ["A", false],
      ["B", true],
    ] as const) {
      await pauseRun(story.person, run.id);
      await resumeRun(story.person, run.id, { settingsHash });

      expect((await round(story, worker)).isOutdated).toBe(isOutdated);
    }
  });
});

describe("a worker stays that was composed after the last word about settings", () => {
  test("though the word came from a machine whose clock is ahead", async () => {
    await using story = await given({ plan: [step("one")] });
    const ahead = new Date(story.clock.now().getTime() + 300_000);
    const person = { ...story.person, clock: { now: () => ahead } };
    const run = await startWith(story, "A");
    await round(story, await compose(story, "A"));
    await pauseRun(person, run.id);
    await resumeRun(person, run.id, { settingsHash: "B" });

    const rounds = [
      await round(story, await compose(story, "C")),
      await round(story, await compose(story, "C")),
    ];

    expect(rounds.map(({ isOutdated }) => isOutdated)).toEqual([false, false]);
  });

  test("and drives the runs that wait from before it", async () => {
    await using story = await given({ plan: [step("one")] });
    const run = await startWith(story, "A");

    expect((await round(story, await compose(story, "C"))).isOutdated).toBe(false);

    expect(await statusOf(story, run)).toBe("running");
  });

  test("and what was written before words had names counts as none", async () => {
    await using story = await given({ plan: [step("one")] });
    await story.deps.db.projects.writeNote(story.projectId, "settings", { hash: "B", atMs: 9e15 });

    expect((await round(story, { hash: "A", word: null })).isOutdated).toBe(false);
  });
});

/** The same parts, where something happens just before runs are listed for the first time. */
function beforeFirstList({ deps }: Story, happens: () => Promise<void>): PipelineDeps {
  const { runs } = deps.db;
  let isFirst = true;
  const list: typeof runs.list = async (...args) => {
    if (isFirst) {
      isFirst = false;
      await happens();
    }
    return runs.list(...args);
  };
  return { ...deps, db: { ...deps.db, runs: Object.assign(Object.create(runs) as typeof runs, { list }) } };
}
