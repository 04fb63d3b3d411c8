import { hostname } from "node:os";
import { join } from "node:path";
import { checkToolFolder, SandboxCheckRunner } from "../adapters/checks-command/sandbox-check-runner.ts";
import { FencedEdits } from "../adapters/edits/fenced-edits.ts";
import { makeJsonLogger } from "../adapters/json-log/json-logger.ts";
import { BubblewrapSandbox } from "../adapters/sandbox-bubblewrap/bubblewrap-sandbox.ts";
import { makeFolderWorkspace } from "../adapters/system/folder-workspace.ts";
import { makeModelBuilder } from "../pipeline/building/model-builder.ts";
import { rulesAuditor } from "../pipeline/building/rules-auditor.ts";
import type { PipelineDeps } from "../pipeline/pipeline-deps.ts";
import type { Logger } from "../ports/logger.ts";
import type { Sandbox } from "../ports/sandbox.ts";
import { composeBoard } from "./compose-board.ts";
import { composeBlueprints } from "./compose-blueprints.ts";
import { openChannels } from "./compose-channels.ts";
import { composeCheckoutFollower, worktreeRootOf } from "./compose-git.ts";
import { openRunnableModel } from "./compose-model.ts";
import { type ComposedPipeline, crashPointsOf, guardPorts } from "./guard-ports.ts";
import { openDurable } from "./open-durable.ts";
import type { OpenedControl } from "./open-control.ts";
import type { Environment } from "./environment.ts";
import type { ProjectHome } from "./project-home.ts";

/** The one place where every port of the pipeline meets its adapter. */
export async function composePipeline(control: OpenedControl): Promise<ComposedPipeline> {
  const { home, env, db, clock, ids, git, forge, base } = control;
  const actor = `worker:${hostname()}:${process.pid}`;
  const log = composeLogger(env);
  const runnable = await openRunnableModel(control, base.config);
  const channels = await openChannels(base.config, env);
  const durable = await openDurable(control.store, log);
  const deps: PipelineDeps = {
    db,
    clock,
    ids,
    log,
    actor,
    durable,
    git,
    forge,
    workspace: makeFolderWorkspace(worktreeRootOf(home)),
    planners: control.planners,
    model: runnable?.model ?? null,
    batchProvider: runnable?.batchProvider ?? null,
    builders: {
      model:
        runnable === null
          ? null
          : makeModelBuilder({ db, clock, actor, git, model: runnable.model, edits: new FencedEdits() }),
      blueprint: (await composeBlueprints()).builder,
    },
    auditors: [rulesAuditor],
    checks: await composeChecks(home, env),
    checkout: composeCheckoutFollower(home, control.settings, env),
    board: composeBoard(control),
    channelNames: channels.map((channel) => channel.name),
  };
  return guardPorts({ deps, channels, durable }, crashPointsOf(env));
}

async function composeChecks(home: ProjectHome, env: Environment): Promise<SandboxCheckRunner> {
  const sandbox = composeSandbox(home, env);
  const health = await sandbox.probe();
  const name = health.kind === "healthy" ? `${health.name} ${health.version}` : "unavailable";
  return new SandboxCheckRunner({ sandbox, walls: `${name} node ${process.versions.node}` });
}

export function composeSandbox(home: ProjectHome, env: Environment): Sandbox {
  return new BubblewrapSandbox({
    bwrapPath: env["AAS_BWRAP"] ?? null,
    scratchFolder: join(home.folder, "scratch"),
    nodePath: process.execPath,
    toolFolder: checkToolFolder,
  });
}

function composeLogger(env: Environment): Logger {
  const level = env["AAS_LOG_LEVEL"];
  return makeJsonLogger({
    write: (line) => void process.stderr.write(line),
    now: () => new Date(),
    level: level === "debug" || level === "warn" || level === "error" ? level : "info",
    scrub: (text) => text,
  });
}
