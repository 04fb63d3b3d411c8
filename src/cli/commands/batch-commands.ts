import type { Command } from "commander";
import { register } from "../register.ts";

/** `aas batch`: ask about tasks at the provider's batch price, apart from building them. */
export function addBatchCommands(program: Command): void {
  const batch = program.command("batch").description("analyses of tasks at the provider's batch price");
  register(
    batch
      .command("submit")
      .argument("[keys...]", "AAS-1 AAS-2; none: every new task of the board")
      .option("--dry-run", "show what would be sent, send nothing")
      .description("have tasks of the board analysed"),
    "batch submit",
    async () => (await import("./batch-steering.ts")).submitBatch,
  );
  register(
    batch.command("status").argument("[batch-or-run]").description("batches, newest first, or one in full"),
    "batch status",
    async () => (await import("./batch-reading.ts")).batchStatus,
  );
  register(
    batch
      .command("results")
      .argument("<batch-or-run>")
      .option("--raw", "the answers as they came")
      .description("what came back about each task"),
    "batch results",
    async () => (await import("./batch-reading.ts")).batchResults,
  );
  register(
    batch
      .command("watch")
      .option("--once", "one look, then end")
      .description("have new tasks analysed as they come, until Ctrl-C"),
    "batch watch",
    async () => (await import("./batch-watch.ts")).watchBatches,
  );
  register(
    batch.command("implement").argument("<batch-or-run>").description("build what was analysed"),
    "batch implement",
    async () => (await import("./batch-steering.ts")).implementBatch,
  );
}
