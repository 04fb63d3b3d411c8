import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { findProjectHome } from "../../src/app/project/project-home.ts";
import { findWorker } from "../../src/app/worker/worker-process.ts";
import { createRepository } from "../../src/testing/git-fixtures.ts";
import { openCommandLine } from "../cli/command-line.ts";
import { startFollower } from "./follower.ts";

/** A run on a small disk of its own, which gets full while it works; room is made when the one who watches has been told. */
const line = openCommandLine();
const slowCheck = JSON.stringify({
  checks: [{ name: "slow", kind: "other", command: ["sleep", "5"], report: "exit_code" }],
  landing: { updateCheckout: false },
});
const elsewhere = process.argv[2] ?? "";
const repository = createRepository(join(elsewhere, "shop"), { files: { "aas.config.jsonc": slowCheck } });
const home = findProjectHome(repository.folder, { AAS_STATE_HOME: line.stateFolder });
await line.run(["init", "--yes"], { cwd: repository.folder });

const env = { PATH: process.env["PATH"] ?? "", HOME: line.folder, AAS_STATE_HOME: line.stateFolder };
const goal = ["automate", "Create a hello world plugin", "--yes", "--wait"];
const watching = startFollower(goal, { cwd: repository.folder, env });
await watching.said("decompose");
const filling = join(line.folder, "filling");
fill(filling);
repository.commit("docs: a note, so that there is something to fetch", { "note.txt": "a note\n" });
const { document } = await line.runJson(["automate", "Create a second plugin", "--yes", "--detach"], {
  cwd: repository.folder,
});
await watching.said("disk_full");
rmSync(filling);

const ended = await watching.ended;
process.stdout.write(JSON.stringify({ ...ended, refused: document.error }));
const worker = findWorker(home);
if (worker !== null) process.kill(worker, "SIGTERM");
while (findWorker(home) !== null) await new Promise((resolve) => setTimeout(resolve, 50));
await line.close();

function fill(file: string): void {
  const descriptor = openSync(file, "w");
  try {
    for (const size of [1024 * 1024, 4096]) fillWith(descriptor, Buffer.alloc(size));
  } finally {
    closeSync(descriptor);
  }
}

function fillWith(descriptor: number, piece: Buffer): void {
  try {
    for (;;) writeSync(descriptor, piece);
  } catch {
    // It is full.
  }
}
