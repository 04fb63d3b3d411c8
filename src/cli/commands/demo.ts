import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Environment } from "../../app/environment.ts";
import { findProgram } from "../../app/find-program.ts";
import { packageRoot } from "../../app/package-root.ts";
import { planInit } from "../../app/init/init-project.ts";
import { openControl } from "../../app/project/open-control.ts";
import { openProject } from "../../app/project/open-project.ts";
import { makeSampleRepository } from "../../app/init/sample-repository.ts";
import { withWorker } from "../../app/worker/with-worker.ts";
import { followAndReport } from "../follow/follow-and-report.ts";
import type { CommandFunction } from "../register.ts";
import type { Terminal } from "../terminal.ts";
import { recordRun } from "./automate.ts";

const goal = "Add due dates to todos";

/** `aas demo`: the ordinary commands on a sample repository whose model is a file of recorded replies. */
export const demo: CommandFunction = async (terminal, _args, options) => {
  const folder = mkdtempSync(join(tmpdir(), "aas-demo-"));
  const root = makeSampleRepository(folder);
  introduce(terminal, folder, root);
  await setUp(root, terminal);
  await using project = await openProject(root, terminal.env);
  await using control = await openControl(project);
  const run = await recordRun(control, goal, { priority: "medium" }, null);
  const unasked = terminal.isInteractive && options["yes"] !== true ? "leave" : "say_yes";
  const ended = await withWorker(control, () => followAndReport(terminal, control, run.id, { unasked }));
  const { state } = await project.db.runs.get(run.id);
  const steps = nextSteps({ folder, root, env: terminal.env, hasLanded: state.status === "completed" });
  return { ...ended, text: `${ended.text}\n${steps}` };
};

function introduce(terminal: Terminal, folder: string, root: string): void {
  terminal.say(
    [
      `  aas demo: no API key, no network, nothing outside ${folder}`,
      "",
      `  Sample repo   ${root}  (a todo list, 6 tests)`,
      "  Model         recorded replies: a file answers, no model is asked",
      "  Real          git, PostgreSQL, sandbox, tests, merge queue",
      "",
      `  Goal  ${JSON.stringify(goal)}`,
      "",
    ].join("\n"),
  );
}

async function setUp(root: string, terminal: Terminal): Promise<void> {
  const { findProjectHome } = await import("../../app/project/project-home.ts");
  const plan = await planInit(findProjectHome(root, terminal.env), {
    env: terminal.env,
    clock: { now: () => new Date() },
  });
  await plan.apply({ updateCheckout: true });
}

interface DemoPlace {
  readonly folder: string;
  readonly root: string;
  readonly env: Environment;
  readonly hasLanded: boolean;
}

/** The end of the run has named its own next commands: this is where they work, and how the demo goes away. */
function nextSteps({ folder, root, env, hasLanded }: DemoPlace): string {
  return [
    "",
    ...aliasLines(env),
    "  Look around (the replies were recorded; everything else was real)",
    `    cd ${root}${hasLanded ? " && git log --stat -1 && npm test" : ""}`,
    "",
    "  Take it away (a repository and a database, about 125 MB)",
    `    rm -rf ${folder}`,
    "",
    "  In your own repository",
    "    aas init",
    '    aas automate "Create a hello world plugin" --dry-run',
  ].join("\n");
}

/** In a clone nothing has put `aas` on the PATH: without this line the commands below could not be typed. */
function aliasLines(env: Environment): readonly string[] {
  if (findProgram("aas", env) !== null) return [];
  const start = join(packageRoot(), "scripts", "bootstrap.mjs");
  return ["  This shell has no aas yet", `    alias aas="node '${start}' aas"`, ""];
}
