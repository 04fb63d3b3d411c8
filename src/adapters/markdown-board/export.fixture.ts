import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { toTaskKey } from "../../domain/ids.ts";
import type { BoardRow } from "../../ports/board.ts";
import { boardRow } from "./board-folder.fixture.ts";
import { makeMarkdownBoard } from "./markdown-board.ts";

/** A process that puts its rows onto a board one after the other: `export.fixture.ts file memory first count`. */
const [file = "", memory = "", first = "", count = ""] = process.argv.slice(2);

const board = makeMarkdownBoard({
  file,
  readLast: async () => readText(memory),
  writeLast: async (text) => {
    writeFileSync(`${memory}.${process.pid}`, text);
    renameSync(`${memory}.${process.pid}`, memory);
  },
});

for (let rows = 1; rows <= Number(count); rows += 1) {
  await board.export(Array.from({ length: rows }, (_, at) => rowOf(Number(first) + at)));
}

function rowOf(number: number): BoardRow {
  return boardRow({ key: toTaskKey(`AAS-${number}`), title: `Task ${number}` });
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
