import { rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { SandboxCheckRunner } from "../../adapters/checks-command/sandbox-check-runner.ts";
import { FencedEdits } from "../../adapters/edits/fenced-edits.ts";
import { makeJsonLogger } from "../../adapters/json-log/json-logger.ts";
import type { LineSink } from "../../adapters/terminal-channel/terminal-channel.ts";
import { makeFolderWorkspace } from "../../adapters/system/folder-workspace.ts";
import { makeModelBuilder } from "../../pipeline/building/model-builder.ts";
import { rulesAuditor } from "../../pipeline/building/rules-auditor.ts";
import type { PipelineDeps } from "../../pipeline/pipeline-deps.ts";
import type { Channel } from "../../ports/channel.ts";
import type { CheckRunner } from "../../ports/check-runner.ts";
import type { Logger } from "../../ports/logger.ts";
import { composeBoard } from "./compose-board.ts";
import { composeBlueprints } from "./compose-blueprints.ts";
import { openChannels } from "./compose-channels.ts";
import { composeCheckoutFollower, openWorktreeFolder } from "./compose-git.ts";
import type { RunnableModel } from "./runnable-model.ts";
import { composeSandbox } from "./compose-sandbox.ts";
import type { Guard } from "../crash-points/guard.ts";
import { openDurable } from "../project/open-durable.ts";
import type { OpenedControl } from "../project/open-control.ts";
import type { Environment } from "../environment.ts";
import { makeScrubber } from "../scrubber.ts";
import { openProcessFolder } from "../project/process-folder.ts";
import type { ProjectHome } from "../project/project-home.ts";

/** What a worker runs with. */
export interface ComposedPipeline {
  readonly deps: PipelineDeps;
  readonly channels: readonly Channel[];
}

/** The one place where every port of the pipeline meets its adapter. */
export async function composePipeline(
  control: OpenedControl,
  terminal: LineSink | null,
): Promise<ComposedPipeline> {
  const { home, env, db, clock, ids, git, forge, base, guard, runnable, prompts, prices } = control;
  const actor = `worker:${hostname()}:${process.pid}`;
  const log = composeLogger(env);
  const opened = await openChannels(base.config, env, terminal);
  const channels = opened.map((channel) => guard.port("channel", channel));
  const deps: PipelineDeps = {
    db,
    clock,
    ids,
    log,
    actor,
    durable: guard.port("durable", await openDurable(control.store, log)),
    git,
    forge,
    workspace: makeFolderWorkspace(await openWorktreeFolder(home, git)),
    planners: control.planners,
    model: runnable?.model ?? null,
    prompts,
    batchProvider: runnable?.batchProvider ?? null,
    prices,
    builders: await composeBuilders({ db, clock, actor, git, prompts, prices, guard, runnable }),
    auditors: [rulesAuditor],
    checks: await composeChecks(home, env, guard),
    checkout: composeCheckoutFollower(home, control.settings, env, guard),
    board: composeBoard(control),
    channelNames: channels.map((channel) => channel.name),
  };
  return { deps, channels };
}

async function composeBuilders(
  parts: Pick<PipelineDeps, "db" | "clock" | "actor" | "git" | "prompts" | "prices"> & {
    readonly guard: Guard;
    readonly runnable: RunnableModel | null;
  },
): Promise<PipelineDeps["builders"]> {
  const { guard, runnable, ...deps } = parts;
  const edits = guard.port("edits", new FencedEdits());
  const { builder } = await composeBlueprints();
  return {
    model:
      runnable === null
        ? null
        : guard.port("builder", makeModelBuilder({ ...deps, model: runnable.model, edits })),
    blueprint: guard.port("builder", builder),
  };
}

async function composeChecks(home: ProjectHome, env: Environment, guard: Guard): Promise<CheckRunner> {
  const scratch = await openProcessFolder(join(home.folder, "scratch"), (folder) =>
    rm(folder, { recursive: true, force: true }),
  );
  const sandbox = guard.port("sandbox", composeSandbox(env, scratch));
  const health = await sandbox.probe();
  const name = health.kind === "healthy" ? `${health.name} ${health.version}` : "unavailable";
  const walls = `${name} node ${process.versions.node}`;
  return guard.port("checks", new SandboxCheckRunner({ sandbox, walls }));
}

function composeLogger(env: Environment): Logger {
  const level = env["AAS_LOG_LEVEL"];
  return makeJsonLogger({
    write: (line) => void process.stderr.write(line),
    now: () => new Date(),
    level: level === "debug" || level === "warn" || level === "error" ? level : "info",
    scrub: makeScrubber(env),
  });
}
