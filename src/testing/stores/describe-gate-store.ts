import { beforeEach, describe, expect, test } from "vitest";
import { type CallLimits, unlimited } from "../../domain/calling/call-pace.ts";
import { makeId } from "../../domain/ids.ts";
import type { CallEnd, GateEntry } from "../../domain/calling/provider-gate.ts";
import type { Database } from "../../ports/database.ts";
import type { GateKey } from "../../ports/gate-store.ts";
import { sampleProject } from "../samples.ts";

const minuteMs = 60_000;
const away: CallEnd = { kind: "away", retryAfterMs: null };

export function describeGateStore(database: () => Database): void {
  describe("gates", () => {
    let gates = 0;
    let key: GateKey;

    beforeEach(async () => {
      gates += 1;
      key = { projectId: makeId("prj", `gates${gates}`), provider: "openai" };
      await database().projects.insert(sampleProject({ id: key.projectId, repository: `/gates/${gates}` }));
    });

    const enter = (limits: CallLimits = unlimited, tokens = 0): Promise<GateEntry> =>
      database().gates.enter(key, { tokens, longestMs: minuteMs, limits });
    const leave = (end: CallEnd, trial: number | null = null): Promise<void> =>
      database().gates.leave(key, { trial, end });

    test("nobody waits before a provider that nothing is known of", async () => {
      expect(await enter()).toEqual({ kind: "passed", trial: null });
    });

    test("of twenty who ask at once, as many pass as may in a minute, and the others learn when", async () => {
      const limits = { requestsPerMinute: 5, tokensPerMinute: null };

      const entries = await Promise.all(Array.from({ length: 20 }, () => enter(limits)));

      const shut = entries.flatMap((entry) => (entry.kind === "shut" ? [entry] : []));
      expect(shut.map(({ cause }) => cause)).toEqual(Array.from({ length: 15 }, () => "pace"));
      expect(shut.every(({ waitMs }) => waitMs > 50_000 && waitMs <= 61_000)).toBe(true);
    });

    test("tokens are counted as requests are", async () => {
      const limits = { requestsPerMinute: null, tokensPerMinute: 1_000 };

      const kinds = [await enter(limits, 600), await enter(limits, 400), await enter(limits, 1)];

      expect(kinds.map(({ kind }) => kind)).toEqual(["passed", "passed", "shut"]);
    });

    test("what the provider says to one holds for all, for as long as it said", async () => {
      await leave({ kind: "busy", retryAfterMs: 90_000 });

      const entry = await enter();

      expect(entry).toMatchObject({ kind: "shut", cause: "busy" });
      expect(entry.kind === "shut" && entry.waitMs > 60_000 && entry.waitMs <= 90_000).toBe(true);
    });

    test("a provider that does not say how long is asked again after a moment", async () => {
      await leave({ kind: "busy", retryAfterMs: null });

      const entry = await enter();

      expect(entry.kind === "shut" && entry.waitMs > 0 && entry.waitMs < 5_000).toBe(true);
    });

    test("after three failures in a row nobody asks; one answer is enough, and all may again", async () => {
      for (const end of [away, away, { kind: "answered" }, away, away] as const) await leave(end);
      const before = await enter();
      await leave(away);
      const shut = await enter();
      await leave({ kind: "answered" });

      expect(before).toEqual({ kind: "passed", trial: null });
      expect(shut).toMatchObject({ kind: "shut", cause: "away" });
      expect(await enter()).toEqual({ kind: "passed", trial: null });
    });

    test("who is away is listed with how long it still is, and gates of others are not touched", async () => {
      for (const end of [away, away, away]) await leave(end);

      const listed = await database().gates.listShut(key.projectId);

      expect(listed).toEqual([
        {
          provider: "openai",
          cause: "away",
          sinceMs: expect.any(Number),
          waitMs: expect.any(Number),
        },
      ]);
      expect(await database().gates.enter({ ...key, provider: "gemini" }, wide)).toEqual({
        kind: "passed",
        trial: null,
      });
    });
  });
}

const wide = { tokens: 0, longestMs: minuteMs, limits: unlimited };
