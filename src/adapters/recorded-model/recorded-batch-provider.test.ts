import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { BatchRequest } from "../../ports/batch-provider.ts";
import {
  type BatchProviderSubject,
  describeBatchProvider,
  lostSubmit,
  submitTo,
} from "../../testing/describe-batch-provider.ts";
import { appendToJournal, readJournal } from "./batch-journal.ts";
import { type PendingFor, RecordedBatchProvider } from "./recorded-batch-provider.ts";
import { hashRequest, type Replies, toRecordedReply } from "./replies.ts";

const start = Date.parse("2026-01-01T00:00:00Z");
const since = new Date(start);

function batchRequest(customId: string): BatchRequest {
  return {
    customId,
    request: {
      purpose: "analyse",
      promptVersion: "analyse.v1",
      system: "s",
      prompt: customId,
      schema: null,
      maxOutputTokens: 9,
    },
  };
}

const answered = ["aas_1", "aas_2", "aas_3"].map((id) => ({ ...batchRequest(id), text: `answer to ${id}` }));

const replies: Replies = {
  model: "m",
  byHash: new Map(
    answered.map(({ request, text }) => [
      hashRequest(request),
      toRecordedReply(request, { text, finish: "stop", usage: null, model: null }),
    ]),
  ),
};

interface Recorded extends BatchProviderSubject {
  readonly journalFile: string;
  readonly pass: (ms: number) => void;
}

function openRecorded(pendingFor: PendingFor): Recorded {
  const folder = mkdtempSync(join(tmpdir(), "aas-batches-"));
  const journalFile = join(folder, "provider", "journal.jsonl");
  let now = start;
  const clock = { now: (): Date => new Date(now) };
  const connect = (): RecordedBatchProvider =>
    new RecordedBatchProvider({ replies, journalFile, clock, pendingFor });
  return {
    journalFile,
    connect,
    uploads: true,
    now: () => new Date(now),
    passGrace: () => Promise.resolve(),
    answered,
    failing: batchRequest("aas_unknown"),
    pass: (ms) => {
      now += ms;
    },
    finish: async (ref) => {
      if (pendingFor.kind === "time") now += pendingFor.ms;
      while ((await connect().poll({ ref, since })).kind === "pending");
    },
    countBatches: async () =>
      (await readJournal(journalFile)).filter((entry) => entry.type === "batch_created").length,
    [Symbol.asyncDispose]: async () => rmSync(folder, { recursive: true }),
  };
}

describeBatchProvider("RecordedBatchProvider by looks", async () =>
  openRecorded({ kind: "looks", count: 2 }),
);
describeBatchProvider("RecordedBatchProvider by time", async () =>
  openRecorded({ kind: "time", ms: 60_000 }),
);

let subject: Recorded;

beforeEach(() => {
  subject = openRecorded({ kind: "looks", count: 3 });
});

afterEach(() => subject[Symbol.asyncDispose]());

async function submit(key: string): Promise<string> {
  const provider = subject.connect();
  return submitTo(provider, answered, key);
}

test("a batch is looked at as often as said before it is done", async () => {
  const ref = await submit("bat_1");
  const looks: unknown[] = [];

  for (let look = 0; look < 4; look += 1) looks.push(await subject.connect().poll({ ref, since }));

  expect(looks).toEqual([
    { kind: "pending", done: 0, total: 3 },
    { kind: "pending", done: 1, total: 3 },
    { kind: "pending", done: 2, total: 3 },
    { kind: "completed" },
  ]);
});

test("submitting twice makes two batches, as it would with a real provider, and the journal tells", async () => {
  const first = await submit("bat_1");
  const second = await submit("bat_1");

  const created = (await readJournal(subject.journalFile)).filter((entry) => entry.type === "batch_created");
  expect(created.map(({ ref, submitKey }) => [ref, submitKey])).toEqual([
    [first, "bat_1"],
    [second, "bat_1"],
  ]);
  expect(first).not.toBe(second);
});

test("the journal holds every step in its order", async () => {
  const ref = await submit("bat_1");
  await subject.connect().poll({ ref, since });
  await subject.connect().cancel(ref);

  const journal = await readJournal(subject.journalFile);

  expect(journal.map((entry) => entry.type)).toEqual(["upload", "batch_created", "polled", "canceled"]);
  const [upload, created] = journal;
  expect(upload?.type === "upload" && created?.type === "batch_created" && created.uploadRef).toBe(
    upload?.type === "upload" && upload.uploadRef,
  );
});

test("a line that a crash cut off never happened, and the lines after it did", async () => {
  const ref = await submit("bat_1");
  const whole = readFileSync(subject.journalFile, "utf8");
  const cut = whole.trimEnd().split("\n").at(-1)?.replace("bat_1", "bat_2").slice(0, -20) ?? "";
  appendFileSync(subject.journalFile, cut);

  const provider = subject.connect();
  expect(await provider.find(lostSubmit("bat_2"))).toEqual({ kind: "absent" });
  expect(await provider.poll({ ref, since })).toMatchObject({ kind: "pending" });
  expect((await readJournal(subject.journalFile)).map((entry) => entry.type)).toEqual([
    "upload",
    "batch_created",
    "polled",
  ]);
});

test("a line that is whole and no entry is an error", async () => {
  await submit("bat_1");
  appendFileSync(subject.journalFile, '{"type":"batch_created"}\n');

  await expect(submit("bat_2")).rejects.toMatchObject({ code: "config_invalid" });
});

test("appends of many writers at once are all there", async () => {
  const refs = Array.from({ length: 20 }, (_, index) => `batch_${index}`);

  await Promise.all(
    refs.map((ref) =>
      appendToJournal(subject.journalFile, { type: "polled", at: new Date(start).toISOString(), ref }),
    ),
  );

  const journal = await readJournal(subject.journalFile);
  expect(journal.map((entry) => (entry.type === "polled" ? entry.ref : "")).toSorted()).toEqual(
    refs.toSorted(),
  );
});
