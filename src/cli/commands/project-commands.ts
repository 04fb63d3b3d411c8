import { Argument, type Command, Option } from "commander";
import { priorities } from "../../domain/priority.ts";
import { register } from "../register.ts";

/** Commands about a project and this machine, rather than about one run. */
export function addProjectCommands(program: Command): void {
  register(
    program
      .command("demo")
      .option("--yes", "answer its one question")
      .description("see a goal become merged code in a minute: no key, no network"),
    "demo",
    async () => (await import("./demo.ts")).demo,
  );
  register(
    program
      .command("init")
      .option("--yes", "commit without asking")
      .option("--dry-run", "show what would be written")
      .option("--model <provider:name>", "model that plans and builds, e.g. anthropic:claude-sonnet-4-5")
      .description("set this repository up"),
    "init",
    async () => (await import("./init.ts")).init,
  );
  register(
    program
      .command("doctor")
      .option("--run-checks", "run the configured checks on the base branch, in the sandbox")
      .description("check this machine and this repository"),
    "doctor",
    async () => (await import("./doctor.ts")).doctor,
  );
  addTaskCommands(program);
  register(
    program
      .command("report")
      .argument("<run>")
      .option("--cost", "every paid call")
      .description("what happened in a run, and why"),
    "report",
    async () => (await import("./report.ts")).report,
  );
  register(
    program
      .command("worker")
      .option("--background", "end when idle")
      .option("--concurrency <n>", "tasks built at once", "2")
      .description("take work until it is stopped"),
    "worker",
    async () => (await import("./worker.ts")).worker,
  );
  addMaintenance(program);
}

function addTaskCommands(program: Command): void {
  const task = program.command("task").description("the task board");
  register(
    task.command("list").description("all tasks"),
    "task list",
    async () => (await import("./task.ts")).listTasks,
  );
  register(
    task
      .command("add")
      .argument("<title>")
      .addOption(
        withChoices(new Option("--priority <level>", "how soon it is wanted").default("medium"), priorities),
      )
      .option("--description <text>", "what shall be true", "")
      .option("--depends-on <keys>", "AAS-1,AAS-2", "")
      .option("--files <paths>", "files it may change", "")
      .option("--acceptance <command>", "a command that must pass when it is done", "")
      .option("--dry-run", "show it, write nothing")
      .description("put a task on the board"),
    "task add",
    async () => (await import("./task.ts")).addTask,
  );
  register(
    task
      .command("decompose")
      .argument("<key>")
      .option("--dry-run", "show the parts, write nothing")
      .description("make parts of a task that is too large for one builder"),
    "task decompose",
    async () => (await import("./decompose-task.ts")).decomposeTask,
  );
  register(
    task.command("show").argument("<key>").description("one task with its attempts"),
    "task show",
    async () => (await import("./task.ts")).showTask,
  );
}

function addMaintenance(program: Command): void {
  const db = program.command("db").description("the facts");
  register(
    db.command("migrate").description("bring the tables up to date"),
    "db migrate",
    async () => (await import("./db.ts")).migrate,
  );
  register(
    db.command("export").argument("<file>").description("all facts of this project, as one file"),
    "db export",
    async () => (await import("./db.ts")).exportFacts,
  );
  register(
    db.command("import").argument("<file>").description("bring an export into an empty project"),
    "db import",
    async () => (await import("./db.ts")).importFacts,
  );
  const config = program.command("config").description("the settings");
  register(
    config
      .command("show")
      .option("--origin", "where each value comes from")
      .description("the settings in force"),
    "config show",
    async () => (await import("./config.ts")).showConfig,
  );
  register(
    config.command("schema").description("the JSON schema of aas.config.jsonc"),
    "config schema",
    async () => (await import("./config.ts")).showSchema,
  );
  register(
    program
      .command("completion")
      .addArgument(withChoices(new Argument("<shell>", "bash, zsh or fish"), ["bash", "zsh", "fish"]))
      .description("completion script for a shell"),
    "completion",
    async () => (await import("./completion.ts")).completionOf(program),
  );
}

/** Told in the help and offered by completion; the command itself refuses others, in the form that was asked for. */
function withChoices<Choosable extends Argument | Option>(
  choosable: Choosable,
  choices: readonly string[],
): Choosable {
  return Object.assign(choosable, { argChoices: [...choices] });
}
