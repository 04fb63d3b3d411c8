import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import type { ClientReport, ClientRequest } from "./database-client.fixture.ts";
import { endProcessesIn, findPostmaster } from "./postmaster.ts";
import { identityOf } from "./process-identity.ts";
import type { Account } from "./server-account.ts";
import type { ServerLayout } from "./server-layout.ts";
import { layoutOf } from "./server-layout.ts";

/** A state folder of its own, whose server and clients end with the test however it ends. */
export interface ServerLab extends AsyncDisposable {
  readonly stateFolder: string;
  readonly layout: ServerLayout;
  start(request?: Partial<ClientRequest>, run?: ClientRun): LabClient;
}

export interface ClientRun {
  readonly account?: Account;
  readonly env?: Readonly<Record<string, string>>;
  /** Command in front of node, such as `unshare`. */
  readonly wrapper?: readonly string[];
}

interface LabClient {
  readonly process: ChildProcess;
  readonly report: Promise<ClientReport | null>;
  end(): Promise<void>;
}

export const ordinaryAccount: Account = { uid: 65_534, gid: 65_534 };
export const isRoot = process.geteuid?.() === 0;
const clientProgram = join(import.meta.dirname, "database-client.fixture.ts");

/** In /tmp, since a TMPDIR below somebody's home may be closed to the uid the server runs as. */
export function makeLab(owner?: Account, subfolder = ""): ServerLab {
  const root = mkdtempSync("/tmp/aas-lab-");
  chmodSync(root, 0o755);
  if (owner !== undefined) chownSync(root, owner.uid, owner.gid);
  const stateFolder = join(root, subfolder);
  const layout = layoutOf(stateFolder);
  const clients: LabClient[] = [];
  return {
    stateFolder,
    layout,
    start(request = {}, run = {}) {
      const client = startClient({ stateFolder, ...request }, run);
      clients.push(client);
      return client;
    },
    async [Symbol.asyncDispose]() {
      for (const { process: child } of clients) child.kill("SIGKILL");
      await endServer(layout);
      for (const folder of [root, layout.socketFolder]) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Starts the program and waits for what it says. */
export async function visit(
  lab: ServerLab,
  request: Partial<ClientRequest> = {},
  run: ClientRun = {},
): Promise<ClientReport | null> {
  const client = lab.start(request, run);
  const report = await client.report;
  await client.end();
  return report;
}

export async function waitUntil(isTrue: () => boolean, timeoutMs = 15_000): Promise<void> {
  const deadlineAt = Date.now() + timeoutMs;
  while (!isTrue()) {
    if (Date.now() > deadlineAt) throw new Error(`not true within ${timeoutMs} ms: ${isTrue.toString()}`);
    await delay(2);
  }
}

export function childrenOf(pid: number): readonly number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((each) => Number.isSafeInteger(each) && parentOf(each) === pid);
}

export function keeperPid(layout: ServerLayout): number | null {
  const file = join(layout.socketFolder, "keeper");
  return existsSync(file) ? Number.parseInt(readFileSync(file, "utf8"), 10) : null;
}

export function killNow(pid: number): void {
  if (identityOf(pid) !== null) process.kill(pid, "SIGKILL");
}

async function endServer(layout: ServerLayout): Promise<void> {
  const keeper = keeperPid(layout);
  if (keeper !== null) killNow(keeper);
  const postmaster = findPostmaster(layout.dataFolder);
  if (postmaster !== null) process.kill(postmaster, "SIGQUIT");
  await endProcessesIn(`${layout.dataFolder}.draft`);
  await endProcessesIn(layout.dataFolder);
}

function startClient(request: ClientRequest, { account, env = {}, wrapper = [] }: ClientRun): LabClient {
  const [command, ...args] = [...wrapper, process.execPath, clientProgram, JSON.stringify(request)];
  const child = spawn(command, args, {
    ...account,
    cwd: "/",
    env: { PATH: process.env["PATH"], HOME: "/nonexistent", ...env },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  return {
    process: child,
    report: firstLine(child),
    async end() {
      child.stdin.end();
      await exited;
    },
  };
}

/** Null when the program ended without a word. */
async function firstLine(child: ChildProcess): Promise<ClientReport | null> {
  if (child.stdout === null) return null;
  for await (const line of createInterface({ input: child.stdout })) return JSON.parse(line) as ClientReport;
  return null;
}

function parentOf(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return null;
  }
}
