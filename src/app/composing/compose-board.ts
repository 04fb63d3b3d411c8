import { join } from "node:path";
import { makeMarkdownBoard } from "../../adapters/markdown-board/markdown-board.ts";
import type { Board } from "../../ports/board.ts";
import { boardFileName } from "../board-file.ts";
import type { OpenedControl } from "../project/open-control.ts";

const note = "board";

/** The board as a file in the person's checkout, where the settings ask for one. */
export function composeBoard({ base, home, db, guard }: OpenedControl): Board | null {
  if (base.config.board.location === "none") return null;
  const board = makeMarkdownBoard({
    file: join(home.root, boardFileName),
    readLast: async () => {
      const last = await db.projects.readNote(home.id, note);
      return typeof last === "string" ? last : null;
    },
    writeLast: (text) => db.projects.writeNote(home.id, note, text),
  });
  return guard.port("board", board);
}
