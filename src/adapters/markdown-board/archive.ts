import { dirname, join } from "node:path";
import { readKey } from "./board-key.ts";
import { decodeBoard, readBoardFile } from "./board-file.ts";
import { splitLines } from "./lines.ts";
import { splitRow } from "./table-row.ts";

/** The keys of finished tasks in the archive beside a board, whatever columns its tables have. */
export async function readArchivedKeys(boardFile: string): Promise<readonly string[]> {
  const file = join(dirname(boardFile), "COMPLETED_TASKS.md");
  const bytes = await readBoardFile(file);
  if (bytes === null) return [];
  const firstCells = splitLines(decodeBoard(bytes, file)).map((line) => splitRow(line.text)[0]);
  return firstCells.flatMap((cell) => {
    const key = cell === undefined ? null : readKey(cell.text);
    return key === null ? [] : [key];
  });
}
