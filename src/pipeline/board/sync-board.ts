import type { ProjectId } from "../../domain/ids.ts";
import type { IdSource } from "../../ports/id-source.ts";
import type { Board } from "../../ports/board.ts";
import type { RecordingDeps } from "../recording/make-event.ts";
import { exportBoard } from "./export-board.ts";
import { importBoard } from "./import-board.ts";

export interface BoardSyncDeps extends RecordingDeps {
  readonly ids: IdSource;
  readonly board: Board | null;
}

/** People's edits first, then what the facts say. What could not be taken over is told, and stops nothing. */
export async function syncBoard(deps: BoardSyncDeps, projectId: ProjectId): Promise<readonly string[]> {
  const { board } = deps;
  if (board === null) return [];
  const imported = await importBoard({ ...deps, board }, projectId);
  const exported = await exportBoard({ ...deps, board }, projectId);
  const problems = [...(imported?.problems ?? []), ...exported.conflicts];
  return problems.map(
    ({ line, message, cure }) => `ACTIVE_TASKS.md${line === null ? "" : `:${line}`}: ${message} ${cure}`,
  );
}
