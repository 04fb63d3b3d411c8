import { approveCommand } from "../../domain/approval.ts";
import { isHeld } from "../../domain/running/hold.ts";
import type { ProjectId } from "../../domain/ids.ts";
import { isPastBuilding, type Run } from "../../domain/run.ts";
import type { Database } from "../../ports/database.ts";
import { explainPause } from "./explain-pause.ts";

/** One thing that waits for a person, with the command that answers it. */
export interface NeedsYou {
  readonly run: Run;
  readonly kind: "approve" | "paused" | "failed" | "review";
  readonly what: string;
  readonly command: string;
}

/** A failed run never ends to need a person, so only so many of them are shown. What waits in a run is shown however old it is. */
const shownFailures = 50;

/** What waits for a person, the oldest first: the first thing anybody should be shown. */
export async function listNeedsYou(
  deps: { readonly db: Database },
  projectId: ProjectId,
): Promise<readonly NeedsYou[]> {
  const open = await deps.db.runs.list(projectId, { statuses: ["paused", "running"] });
  const failed = await deps.db.runs.list(projectId, { statuses: ["failed"], limit: shownFailures });
  const runs = [...open, ...failed].toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
  const needs = await Promise.all(runs.map((run) => needsOf(deps.db, run)));
  return needs.flat();
}

async function needsOf(db: Database, run: Run): Promise<readonly NeedsYou[]> {
  switch (run.state.status) {
    case "failed": {
      const what = run.error?.message ?? run.state.code;
      return [{ run, kind: "failed", what, command: `aas automate retry ${run.id} --hint "…"` }];
    }
    case "paused":
      return [...(await approvalsOf(db, run)), ...(await pauseOf(db, run)), ...(await holdOf(db, run))];
    case "running":
      return [...(await approvalsOf(db, run)), ...(await reviewsOf(db, run))];
    case "queued":
    case "completed":
    case "canceled":
      return [];
  }
}

async function approvalsOf(db: Database, run: Run): Promise<readonly NeedsYou[]> {
  const pending = (await db.queue.listApprovals(run.id)).filter((each) => each.state.status === "pending");
  return pending.map((each) => ({
    run,
    kind: "approve" as const,
    what: each.question,
    command: approveCommand(each),
  }));
}

/** A person who paused it knows. */
async function pauseOf(db: Database, run: Run): Promise<readonly NeedsYou[]> {
  if (run.state.status !== "paused" || run.state.reason === "person") return [];
  const pause = await explainPause(db, run);
  return pause === null ? [] : [{ run, kind: "paused", ...pause }];
}

/** Paused by nobody but its own policy: the analyses are there to be read. */
async function holdOf(db: Database, run: Run): Promise<readonly NeedsYou[]> {
  if (!run.policy.holdAfterWait || !isHeld(run, await db.events.listOfRun(run.id))) return [];
  return [{ run, kind: "paused", what: "The analyses are back.", command: `aas batch implement ${run.id}` }];
}

/** While it builds, a retry is of use to them; later another run takes them up. */
async function reviewsOf(db: Database, run: Run): Promise<readonly NeedsYou[]> {
  if (isPastBuilding(run.state)) return [];
  const tasks = await db.tasks.listOfRun(run.id);
  return tasks.flatMap((task) =>
    task.state.status === "needs_review"
      ? [
          {
            run,
            kind: "review" as const,
            what: `${task.key} ${task.title}: ${task.state.reason}`,
            command: `aas automate retry ${run.id} --hint "…"`,
          },
        ]
      : [],
  );
}
