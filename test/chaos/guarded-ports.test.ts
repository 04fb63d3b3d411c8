import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { makeGuard } from "../../src/app/crash-points/guard-ports.ts";
import { guardedPorts, listCrashPoints } from "../../src/app/crash-points/guarded-ports.ts";
import { openControl } from "../../src/app/project/open-control.ts";
import { openProject } from "../../src/app/project/open-project.ts";
import { composePipeline } from "../../src/app/composing/compose-pipeline.ts";
import { isGuarded } from "../../src/app/crash-points/with-crash-points.ts";
import { rollBack, type Database, type Stores } from "../../src/ports/database.ts";
import { chaosModel } from "./chaos-model.ts";
import { openWorld } from "./world.ts";

const portFolder = fileURLToPath(new URL("../../src/ports", import.meta.url));

/** Ports without an effect of their own: they answer, or make what others write. */
const withoutEffects = new Set([
  "auditor",
  "clock",
  "crash-points",
  "effects",
  "id-source",
  "logger",
  "planner",
  "price-table",
  "repository-facts",
  "workspace",
]);

test("every port says what its members do to the world, and every one with an effect is guarded", () => {
  const files = readdirSync(portFolder).map((file) => file.replace(/\.ts$/u, ""));
  const tables = files.filter((file) => !withoutEffects.has(file)).map(tableNameIn);
  const guarded = readFileSync(
    new URL("../../src/app/crash-points/guarded-ports.ts", import.meta.url),
    "utf8",
  );

  expect(tables).not.toContain(null);
  expect(tables.length).toBe(Object.keys(guardedPorts).length);
  expect(tables.filter((name) => !guarded.includes(`: ${name},`))).toEqual([]);
});

/** `gitEffects … satisfies EffectTable<Git>`: the compiler then wants a word for every member. */
function tableNameIn(file: string): string | null {
  const text = readFileSync(`${portFolder}/${file}.ts`, "utf8");
  const found = /export const (?<name>\w+Effects) = \{[^}]*\} as const satisfies EffectTable<\w+>;/u.exec(
    text,
  );
  return found?.groups?.["name"] ?? null;
}

test("a crash point stands before and after each effect, and nowhere else", () => {
  const points = listCrashPoints();

  expect(points).toContain("git.updateRef:before");
  expect(points).toContain("db.transaction(run.created):after");
  expect(points.filter((point) => point.startsWith("git.resolve"))).toEqual([]);
  expect(new Set(points).size).toBe(points.length);
  expect(points.filter((point) => point.endsWith(":before")).length * 2).toBe(points.length);
});

test("a process that traces runs over guarded ports only", { timeout: 60_000 }, async () => {
  await using world = await openWorld("own");
  const env = { ...world.env, AAS_CRASH_TRACE: `${world.folder}/trace` };
  await using project = await openProject(world.checkout.folder, env);
  await using control = await openControl(project, async () =>
    chaosModel({ gates: world.folder, journal: world.journalFile }),
  );

  const { deps, channels } = await composePipeline(control, null);

  const { close: _close, transaction: _transaction, ...stores } = deps.db;
  const { git, forge, durable, checks, model, batchProvider, builders } = deps;
  const ports = {
    git,
    forge,
    durable,
    checks,
    model,
    batchProvider,
    ...stores,
    built: builders.model,
    templated: builders.blueprint,
  };
  const bare = Object.entries(ports).filter(([, port]) => port === null || !isGuarded(port));
  expect(bare.map(([name]) => name)).toEqual([]);
  expect(channels.length).toBe(1);
  expect(channels.every(isGuarded)).toBe(true);
});

test("the points of a transaction stand around its commit and carry what it tells", async () => {
  const steps: string[] = [];
  const guard = makeGuard({ reach: (name) => void steps.push(name) });
  const db = guard.database(rememberingDatabase(steps));

  await db.transaction(async (stores) => {
    await stores.events.append([{ type: "run.created" } as never]);
    return true;
  });
  await db.transaction(async () => rollBack);

  expect(steps).toEqual([
    "append",
    "db.transaction(run.created):before",
    "commit",
    "db.transaction(run.created):after",
    "undo",
  ]);
});

function rememberingDatabase(steps: string[]): Database {
  const stores = {
    ...({ projects: {}, runs: {}, tasks: {}, attempts: {}, validations: {}, queue: {} } as unknown as Stores),
    ...({ batches: {}, usage: {}, outbox: {}, leases: {}, gates: {} } as unknown as Stores),
    events: {
      append: async () => void steps.push("append"),
      listAfter: async () => [],
      listOfRun: async () => [],
      lastSeq: async () => 0,
    },
  };
  return {
    ...stores,
    close: async () => undefined,
    transaction: async (work) => {
      const result = await work(stores);
      steps.push(result === rollBack ? "undo" : "commit");
      return result === rollBack ? null : result;
    },
  };
}
