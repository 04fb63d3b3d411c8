import { describe, expect, test } from "vitest";
import type { RequestFault } from "../src/testing/fault-server/faults/request-fault.ts";
import type { Vendor } from "../src/testing/fault-server/vendor.ts";
import { playSubmission, type SubmissionCase } from "./planning/submission-case.ts";

const vendors = ["openai", "anthropic", "gemini"] as const satisfies readonly Vendor[];

/** The one at whose points all is tried by default; the others get the hardest point, unless AAS_EXTENDED is 1. */
const triedInFull: Vendor = "openai";
const isExtended = process.env["AAS_EXTENDED"] === "1";
const hardest = "batchProvider.submit:after#1";

const atOnce = 3;
const timeout = 600_000;

const undisturbed = { crashAt: null, creation: null, bug: null } as const;

/** Around every effect of the provider and every commit, by name and by which time it is come to. */
async function pointsOnTheWay(vendor: Vendor): Promise<readonly string[]> {
  const { first, complaints } = await playSubmission({ vendor, ...undisturbed });
  expect(complaints).toEqual([]);
  const counts = new Map<string, number>();
  return first.points
    .filter((name) => name.startsWith("batchProvider.") || name.startsWith("db.transaction"))
    .map((name) => {
      const count = (counts.get(name) ?? 0) + 1;
      counts.set(name, count);
      return `${name}#${count}`;
    });
}

/** The gate stands within the first submit: its points there, each with how often it was come to before. */
async function gatePointsOfSubmit(vendor: Vendor): Promise<readonly string[]> {
  const { first } = await playSubmission({ vendor, ...undisturbed });
  const [from, to] = ["before", "after"].map((when) => first.points.indexOf(`batchProvider.submit:${when}`));
  return first.points.slice(from, to).flatMap((name, index) => {
    if (!name.startsWith("gates.")) return [];
    const before = first.points.slice(0, (from ?? 0) + index + 1);
    return [`${name}#${before.filter((each) => each === name).length}`];
  });
}

/** A few processes at a time. */
async function playAll(cases: readonly SubmissionCase[]): Promise<readonly string[]> {
  const waiting = [...cases];
  const complaints: string[] = [];
  const playOn = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const played = await playSubmission(next);
      const died = played.first.signal === "SIGKILL" ? [] : ["the first process did not die"];
      complaints.push(...[...died, ...played.complaints].map((each) => `${next?.crashAt ?? ""}: ${each}`));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, playOn));
  return complaints;
}

describe.each(vendors)("at %s", (vendor) => {
  test.runIf(isExtended || vendor === triedInFull)(
    "a process killed at any point on its way leaves every chunk sent once, and answered and paid for once",
    { timeout },
    async () => {
      const points = await pointsOnTheWay(vendor);

      const complaints = await playAll(points.map((crashAt) => ({ ...undisturbed, vendor, crashAt })));

      expect(complaints).toEqual([]);
      expect(points).toContain(hardest);
      expect(points.length).toBeGreaterThan(25);
    },
  );

  test.skipIf(isExtended || vendor === triedInFull)(
    "a process killed when a batch was made leaves it to another one (all points: AAS_EXTENDED=1)",
    { timeout },
    async () => {
      expect(await playAll([{ ...undisturbed, vendor, crashAt: hardest }])).toEqual([]);
    },
  );

  test(
    "a process killed at the gate before the call that makes a batch, or behind it, leaves all to another one",
    { timeout },
    async () => {
      const points = await gatePointsOfSubmit(vendor);

      const complaints = await playAll(points.map((crashAt) => ({ ...undisturbed, vendor, crashAt })));

      expect(points.map((point) => point.replace(/#\d+$/u, ""))).toEqual([
        "gates.enter:before",
        "gates.enter:after",
        "gates.leave:before",
        "gates.leave:after",
      ]);
      expect(complaints).toEqual([]);
    },
  );

  const lost: readonly (readonly [string, RequestFault])[] = [
    ["the connection breaks", { kind: "create_then_reset" }],
    ["an error is told", { kind: "create_then_answer", answer: { status: 500, headers: {} } }],
    ["nothing is told for too long", { kind: "create_then_delay", delayMs: 10_000 }],
  ];

  test.each(lost)(
    "a batch that was made while %s is not made again by who comes after the one that asked for it",
    { timeout },
    async (_how, creation) => {
      const crashAt = "db.transaction(batch.changed):before#3";
      const callMs = creation.kind === "create_then_delay" ? 1_000 : 20_000;

      expect(await playAll([{ vendor, crashAt, creation, callMs, bug: null }])).toEqual([]);
    },
  );
});

test.each([
  ["sends again without asking what became of it", "sends_without_asking"],
  ["does not write down that it is about to send", "sends_before_writing"],
] as const)("a product that %s is found out", { timeout }, async (_what, bug) => {
  const { complaints } = await playSubmission({ vendor: "openai", crashAt: hardest, creation: null, bug });

  expect(complaints.join("\n")).toContain("requests that the server was sent");
});
