import { expect, test } from "vitest";
import { readPrompts } from "../../app/read-prompts.ts";
import { toTaskKey } from "../../domain/ids.ts";
import { plainPrice } from "../../domain/money/price.ts";
import { sampleTask } from "../../testing/samples.ts";
import { reservationFor } from "../paying/reserve-usage.ts";
import { analysisRequest } from "../prompting/requests.ts";
import { pricePlan, type PricedTask } from "./price-plan.ts";

const prompts = await readPrompts();
const sync = plainPrice(2_000_000, 8_000_000);
const batch = plainPrice(1_000_000, 4_000_000);
const goal = "Add due dates to todos";

function priced(key: string, given: Partial<PricedTask["task"]> = {}, text = ""): PricedTask {
  const files = new Map([["src/todo.ts", text]]);
  return { id: key, task: sampleTask({ key: toTaskKey(key), ...given }), files };
}

test("a plan costs what its tasks cost, and a batch halves the analyses only", () => {
  const tasks = [priced("AAS-1"), priced("AAS-2", { title: "Another" })];

  const { tasks: each, total } = pricePlan(prompts, goal, tasks, { sync, batch });

  const analyses = tasks.map(({ task }) => reservationFor(analysisRequest(prompts, goal, task), sync));
  const saved = each.map(({ atBatch, atSync }) => atSync - (atBatch ?? 0));
  expect(each.map(({ id }) => id)).toEqual(["AAS-1", "AAS-2"]);
  expect(saved.map((half, index) => Math.abs(half * 2 - (analyses[index] ?? 0)) <= 2)).toEqual([true, true]);
  expect(total.atSync).toBe(each.reduce((sum, { atSync }) => sum + atSync, 0));
  expect(total.atBatch).toBe(each.reduce((sum, { atBatch }) => sum + (atBatch ?? 0), 0));
});

test("longer files cost more, a template pack nothing, and without a batch price none is made up", () => {
  const blueprint = { kind: "blueprint", name: "ts-plugin", variables: {} } as const;
  const tasks = [
    priced("AAS-1", {}, "x".repeat(10_000)),
    priced("AAS-2", {}, "x".repeat(40_000)),
    priced("AAS-3", { builder: blueprint }),
  ];

  const { tasks: each, total } = pricePlan(prompts, goal, tasks, { sync, batch: null });

  const [short, long, free] = each;
  expect((long?.atSync ?? 0) - (short?.atSync ?? 0)).toBe(60_000);
  expect(free).toEqual({ id: "AAS-3", atBatch: null, atSync: 0 });
  expect(total.atBatch).toBeNull();
});
