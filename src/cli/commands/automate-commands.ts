import type * as Steer from "./steer.ts";
import { type Command, Option } from "commander";
import { priorities } from "../../domain/priority.ts";
import { register } from "../register.ts";

/** `aas automate …`: start runs and steer them. */
export function addAutomateCommands(program: Command): void {
  const automate = program
    .command("automate")
    .description("turn a goal into merged code, or steer a run")
    .usage('"<goal>" [options] | <command> …')
    .argument("[goal]", "what shall be true afterwards, in plain words")
    .addOption(new Option("--priority <level>", "which run goes first").choices(priorities).default("medium"))
    .option("--assignee <name>", "who is shown as responsible")
    .option("--budget <usd>", "most this run may spend")
    .option("--plan <file>", "use this plan (JSON) instead of asking a planner")
    .option("--tasks <keys>", "work on these tasks of the board: AAS-1,AAS-2")
    .option("--no-batch", "do not use the provider's batch API")
    .option("--dry-run", "show the plan and its price, change nothing")
    .option("--yes", "land without asking when every gate passes")
    .option("--wait", "follow until the run is settled or needs you; the exit code tells which")
    .option("--detach", "do not follow")
    .passThroughOptions(false);
  register(automate, "automate", async () => (await import("./automate.ts")).automate);
  addReading(automate);
  addSteering(automate);
}

function addReading(automate: Command): void {
  register(
    automate.command("status").argument("[run]").description("what needs you, what runs, what waits"),
    "automate status",
    async () => (await import("./status.ts")).status,
  );
  register(
    automate.command("list").option("--limit <n>", "how many", "20").description("runs, newest first"),
    "automate list",
    async () => (await import("./list-runs.ts")).listRuns,
  );
  register(
    automate.command("attach").argument("<run>").description("watch a run"),
    "automate attach",
    async () => (await import("./attach.ts")).attach,
  );
  register(
    automate
      .command("logs")
      .argument("<run>")
      .option("--task <key>", "only this task")
      .option("-f, --follow", "go on as it happens")
      .description("every event of a run"),
    "automate logs",
    async () => (await import("./logs.ts")).logs,
  );
  register(
    automate
      .command("diff")
      .argument("<run>")
      .option("--task <key>", "the last submission of one task")
      .description("what would land, or landed"),
    "automate diff",
    async () => (await import("./diff.ts")).diff,
  );
}

function addSteering(automate: Command): void {
  steering(automate.command("pause").description("stop at the next safe point"), "pause");
  steering(
    automate
      .command("resume")
      .option("--budget <usd>", "a higher cap")
      .option("--tokens <count>", "a higher cap of tokens")
      .option("--plan <file>", "a plan by hand")
      .option("--tasks <keys>", "tasks of the board instead of a plan")
      .description("go on after a pause"),
    "resume",
  );
  steering(
    automate.command("cancel").option("--yes", "do not ask").description("stop for good; branches stay"),
    "cancel",
  );
  steering(
    automate
      .command("retry")
      .option("--hint <text>", "what the next attempts are told")
      .option("--force", "repeat without a hint")
      .option("--plan <file>", "another plan; what is built stays")
      .description("another round for what failed"),
    "retry",
  );
  addAnswers(automate);
}

function addAnswers(automate: Command): void {
  steering(
    automate.command("approve").description("say yes to exactly the commit that is asked about"),
    "approve",
    "[commit]",
  );
  steering(
    automate.command("reject").requiredOption("--reason <text>", "why").description("say no"),
    "reject",
    "[commit]",
  );
  steering(
    automate.command("prioritize").description("change which run goes first"),
    "prioritize",
    "<level>",
  );
  steering(
    automate
      .command("rollback")
      .option("--reason <text>", "why", "asked for by hand")
      .option("--yes", "do not ask")
      .option("--wait", "until it is done")
      .description("undo a landed run by a revert commit"),
    "rollback",
  );
}

/** A command that changes one run; further arguments come after the run. */
function steering(command: Command, name: keyof typeof Steer.steering, further = ""): void {
  command.argument("<run>");
  if (further !== "") command.argument(further);
  register(command, `automate ${name}`, async () => (await import("./steer.ts")).steering[name]);
}
