import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Where steps leave marks that outlive their process, and wait until the test lets them go on. A folder, so that any process can. */
export class DurableWorld {
  readonly folder: string;
  readonly #notes: string;

  constructor(folder: string) {
    this.folder = folder;
    this.#notes = join(folder, "notes");
  }

  note(line: string): void {
    appendFileSync(this.#notes, `${line}\n`);
  }

  /** In the order in which they were made, over all processes. */
  notes(about = ""): readonly string[] {
    if (!existsSync(this.#notes)) return [];
    const lines = readFileSync(this.#notes, "utf8").split("\n");
    return lines.filter((line) => line !== "" && line.startsWith(about));
  }

  openGate(name: string): void {
    writeFileSync(this.#gate(name), "");
  }

  async untilGate(name: string, signal: AbortSignal): Promise<void> {
    while (!existsSync(this.#gate(name))) await sleep(10, null, { signal });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #gate(name: string): string {
    return join(this.folder, `gate-${encodeURIComponent(name)}`);
  }
}

export function createDurableWorld(): DurableWorld {
  return new DurableWorld(mkdtempSync(join(tmpdir(), "aas-durable-")));
}
