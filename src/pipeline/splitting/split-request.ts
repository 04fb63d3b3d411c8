import type { ProjectId, TaskKey } from "../../domain/ids.ts";
import type { RunPolicy } from "../../domain/running/run-policy.ts";
import type { Board } from "../../ports/board.ts";
import type { Forge } from "../../ports/forge.ts";
import type { Git } from "../../ports/git.ts";
import type { IdSource } from "../../ports/id-source.ts";
import type { LeaseStore } from "../../ports/lease-store.ts";
import type { Planner } from "../../ports/planner.ts";
import type { RecordingDeps } from "../recording/make-event.ts";

export interface SplitDeps extends RecordingDeps {
  readonly ids: IdSource;
  /** Claims that last as long as the command lives. */
  readonly leases: LeaseStore;
  readonly forge: Forge;
  readonly git: Git;
  readonly planners: readonly Planner[];
  readonly board: Board | null;
}

export interface SplitRequest {
  readonly projectId: ProjectId;
  readonly key: TaskKey;
  readonly policy: RunPolicy;
  readonly baseBranch: string;
}
