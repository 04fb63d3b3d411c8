import type { Auditor } from "../ports/auditor.ts";
import type { BatchProvider } from "../ports/batch-provider.ts";
import type { Board } from "../ports/board.ts";
import type { Builder } from "../ports/builder.ts";
import type { FastForwardOutcome } from "../ports/checkout.ts";
import type { CheckRunner } from "../ports/check-runner.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database } from "../ports/database.ts";
import type { Durable } from "../ports/durable.ts";
import type { Forge } from "../ports/forge.ts";
import type { Git } from "../ports/git.ts";
import type { IdSource } from "../ports/id-source.ts";
import type { Logger } from "../ports/logger.ts";
import type { Model } from "../ports/model.ts";
import type { Planner } from "../ports/planner.ts";
import type { PriceTable } from "../ports/price-table.ts";
import type { Workspace } from "../ports/workspace.ts";
import type { Sha } from "../domain/ids.ts";
import type { BuilderChoice } from "../domain/task.ts";
import type { Prompts } from "./prompting/prompts.ts";

/** How the person's checkout gets what landed. */
export type CheckoutFollower =
  /** The base lives in our own repository, the remote `aas`, and the checkout may follow it. */
  | { readonly kind: "ours"; follow(branch: string, sha: Sha): Promise<FastForwardOutcome> }
  /** The base lives on a remote that others use too: no branch that tracks one is moved behind a person's back. */
  | { readonly kind: "remote"; readonly remote: string };

/** Everything the pipeline may need. Functions that need less say so with `Pick`. */
export interface PipelineDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly log: Logger;
  /** In whose name this process writes: `worker:…` or `person:…`. */
  readonly actor: string;
  readonly durable: Durable;
  readonly git: Git;
  readonly forge: Forge;
  readonly workspace: Workspace;
  /** Asked in order: the first that serves the goal plans it. */
  readonly planners: readonly Planner[];
  readonly model: Model | null;
  readonly prompts: Prompts;
  readonly batchProvider: BatchProvider | null;
  readonly prices: PriceTable;
  readonly builders: Readonly<Record<BuilderChoice["kind"], Builder | null>>;
  readonly auditors: readonly Auditor[];
  readonly checks: CheckRunner;
  /** Null where the person has no checkout. */
  readonly checkout: CheckoutFollower | null;
  /** Where people read and edit tasks; null where the project has none. */
  readonly board: Board | null;
  /** Names of the channels that messages go to. */
  readonly channelNames: readonly string[];
}
