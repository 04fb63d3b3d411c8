import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { applyRows } from "../src/adapters/markdown-board/apply-rows.ts";
import { parseBoard, renderBoard } from "../src/adapters/markdown-board/board-document.ts";
import { standingTexts } from "../src/adapters/markdown-board/board-texts.ts";
import { makeMarkdownBoard } from "../src/adapters/markdown-board/markdown-board.ts";
import { openPostgresDatabase } from "../src/adapters/postgres/postgres-database.ts";
import { makeTimeOrderedIds } from "../src/adapters/system/time-ordered-ids.ts";
import { makeId, type ProjectId } from "../src/domain/ids.ts";
import { exportBoard } from "../src/pipeline/board/export-board.ts";
import { importBoard, type ImportDeps } from "../src/pipeline/board/import-board.ts";
import type { Database } from "../src/ports/database.ts";
import { temporaryFolder } from "../src/testing/git-fixtures.ts";
import { databaseForTests } from "../src/testing/postgres-for-tests.ts";
import { sampleProject, sampleTime } from "../src/testing/samples.ts";

const corpora = process.env["AAS_CORPORA"] ?? "";
const active = "ACTIVE_TASKS.handoff.9aeb808.md";
const archive = "COMPLETED_TASKS.md";

function read(name: string): string {
  return readFileSync(join(corpora, "board", name), "utf8");
}

let db: Database;
let drop: () => Promise<void>;

/** A project of its own over a copy of the board. */
async function openProject(
  name: string,
  folder: string,
): Promise<ImportDeps & { readonly projectId: ProjectId }> {
  const project = sampleProject({ id: makeId("prj", name) });
  await db.projects.insert(project);
  const file = join(folder, "ACTIVE_TASKS.md");
  copyFileSync(join(corpora, "board", active), file);
  let last: string | null = null;
  const board = makeMarkdownBoard({
    file,
    readLast: async () => last,
    writeLast: async (text) => {
      last = text;
    },
  });
  const clock = { now: () => sampleTime(7 * 24 * 60) };
  return { projectId: project.id, db, clock, ids: makeTimeOrderedIds(clock), actor: "person:test", board };
}

describe.skipIf(corpora === "")("real boards (AAS_CORPORA; skipped when it is not set)", () => {
  beforeAll(async () => {
    const made = await databaseForTests();
    drop = made.drop;
    db = await openPostgresDatabase({ url: made.url, maxConnections: 2 });
  });

  afterAll(async () => {
    await db.close();
    await drop();
  });

  test.each([active, archive])("%s comes back byte for byte, also with its own rows applied", (name) => {
    const text = read(name);
    const document = parseBoard(text);
    const rows = [...document.rows].map(([key, row]) => ({
      key,
      texts: standingTexts(document, row),
      type: "feature",
      heading: null,
    }));

    expect(renderBoard(document)).toBe(text);
    expect(renderBoard(applyRows(document, rows))).toBe(text);
    expect(rows).toHaveLength(name === active ? 16 : 0);
  });

  test("a board that is imported and exported differs only in statuses that follow from facts", async () => {
    using folder = temporaryFolder();
    copyFileSync(join(corpora, "board", archive), join(folder.path, archive));
    const { projectId, ...deps } = await openProject("whole", folder.path);

    const report = await importBoard(deps, projectId);
    const exported = await exportBoard(deps, projectId);

    expect(report?.problems).toEqual([]);
    expect(report?.created).toHaveLength(13);
    expect(exported).toEqual({ changed: true, conflicts: [] });
    const blocked = new Set(["AAS-214", "AAS-208", "AAS-224", "AAS-105"]);
    const expected = read(active)
      .split("\n")
      .map((line) => (blocked.has(line.slice(2, 9)) ? line.replace("| queued |", "| Blocked |") : line));
    expect(readFileSync(join(folder.path, "ACTIVE_TASKS.md"), "utf8")).toBe(expected.join("\n"));
    expect(await db.tasks.allocateNumbers(projectId, 1, 1)).toEqual([305]);
  });

  test("without its archive, rows that wait for archived tasks are told instead of started", async () => {
    using folder = temporaryFolder();
    const { projectId, ...deps } = await openProject("alone", folder.path);

    const report = await importBoard(deps, projectId);

    expect(report?.created).toHaveLength(7);
    expect(report?.problems.map(({ line, message }) => `${line}: ${message}`)).toEqual([
      "19: AAS-104 depends on AAS-003: no such task.",
      "21: AAS-110 depends on AAS-003: no such task.",
      "22: AAS-112 depends on AAS-003: no such task.",
      "23: AAS-014 depends on AAS-012, AAS-013: no such task.",
      "24: AAS-109 depends on AAS-003: no such task.",
      "20: AAS-105 depends on AAS-104: no such task.",
    ]);
  });
});
