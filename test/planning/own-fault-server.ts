import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import type { LabClock } from "../../src/testing/asking-lab.ts";
import type { Exchange } from "../../src/testing/fault-server/exchange-log.ts";
import type { FaultScriptInput } from "../../src/testing/fault-server/fault-script.ts";
import type { BillReport } from "../../src/testing/fault-server/money/bill.ts";

const entry = fileURLToPath(new URL("../../src/testing/fault-server/serve.ts", import.meta.url));
const answers = fileURLToPath(new URL("answers.fixture.ts", import.meta.url));

/** A fault server in a process of its own: what it says of itself was never in the memory of who asks. */
export interface OwnFaultServer extends AsyncDisposable {
  readonly url: string;
  /** Goes as fast as the server's own: what one lets pass, passes for both. */
  readonly clock: LabClock;
  bill(): Promise<BillReport>;
  batches(): Promise<readonly { readonly id: string }[]>;
  exchanges(): Promise<readonly Exchange[]>;
}

export async function openOwnFaultServer(script: FaultScriptInput): Promise<OwnFaultServer> {
  const folder = await mkdtemp(join(tmpdir(), "aas-own-faults-"));
  const file = join(folder, "script.json");
  await writeFile(file, JSON.stringify(script));
  const child = spawn(process.execPath, [entry, "--script", file, "--answers", answers], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exit = once(child, "exit");
  const [line] = z.tuple([z.string()]).parse(await once(createInterface(child.stdout), "line"));
  const { url } = z.strictObject({ url: z.url() }).parse(JSON.parse(line));
  const ask = async (path: string): Promise<unknown> => (await fetch(`${url}/__faults/${path}`)).json();
  return {
    url,
    clock: clockOf(url),
    bill: async () => (await ask("bill")) as BillReport,
    batches: async () => (await ask("batches")) as readonly { readonly id: string }[],
    exchanges: async () => (await ask("log")) as readonly Exchange[],
    [Symbol.asyncDispose]: async () => {
      child.kill();
      await exit;
      await rm(folder, { recursive: true });
    },
  };
}

/** The time of a server that others may have let pass already. */
export function clockOf(url: string, aheadMs = 0): LabClock {
  let passedMs = aheadMs;
  return {
    now: () => new Date(Date.now() + passedMs),
    pass: async (ms) => {
      passedMs += ms;
      if (ms > 0) await fetch(`${url}/__faults/advance/${ms}`, { method: "POST" });
    },
  };
}
