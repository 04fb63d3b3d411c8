import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Child, startChild } from "./child.ts";
import type { CommandName } from "./commands.ts";
import { type CrashOrder, noCrash } from "./crash-order.ts";
import { readEngine, readEvents, Told } from "./told.ts";
import type { World } from "./world.ts";

/** One process that was killed, with what shows that it lived and worked. */
export interface Kill {
  readonly process: string;
  readonly pid: number;
  readonly order: string;
  /** The last point it reached, as the process itself wrote it down; null when it had not begun. */
  readonly lastPoint: string | null;
  /** Whether a run was open at that moment, as the event log says. */
  readonly hadOpenRun: boolean;
}

export interface TellerOptions {
  /** When two tell in one world. */
  readonly name?: string;
  readonly nextOrder: (process: "worker" | "command") => CrashOrder;
  readonly onKill?: (kill: Kill) => void;
  readonly bug?: string;
}

const lookEveryMs = 50;
const patienceMs = 40_000;

/** Tells a story in a world: keeps a worker alive, whatever kills it, and gives commands until they are done. */
export class Teller implements AsyncDisposable {
  readonly kills: Kill[] = [];
  readonly #world: World;
  readonly #options: TellerOptions;
  #events: Told = new Told([]);
  #worker: Child | null = null;
  #workerTrace = "";
  #isStopping = false;
  #isPeaceful = false;
  #lastWorker = 0;
  #kept: Promise<void> = Promise.resolve();
  #failure: Error | null = null;
  #processes = 0;
  #lastMoveAt = Date.now();

  constructor(world: World, options: TellerOptions) {
    this.#world = world;
    this.#options = options;
  }

  startWorker(): void {
    this.#kept = this.#keepWorker().catch((error: unknown) => {
      this.#failure = error instanceof Error ? error : new Error(String(error));
    });
  }

  /** Gives a command until its process ends by itself. */
  async command(name: CommandName, goal: string): Promise<void> {
    for (;;) {
      const end = await this.#run("command", "control.fixture.ts", [name, goal]);
      if (end === "ended") return;
    }
  }

  /** Waits until the events say so. Nothing new for too long, and nobody killed, means that work is stuck. */
  async until(what: string, isTrue: (told: Told) => boolean): Promise<void> {
    this.#lastMoveAt = Date.now();
    for (;;) {
      if (this.#failure !== null) throw this.#failure;
      const told = await this.look();
      if (isTrue(told)) return;
      if (Date.now() - this.#lastMoveAt > patienceMs)
        throw new Stuck(what, told, `${await readEngine(this.#world.pool)}\n${this.#lastPoints()}`);
      await sleep(lookEveryMs);
    }
  }

  async look(): Promise<Told> {
    const { events } = this.#events;
    const fresh = await readEvents(this.#world.pool, events.at(-1)?.seq ?? 0);
    if (fresh.length > 0) {
      this.#events = new Told([...events, ...fresh]);
      this.#lastMoveAt = Date.now();
    }
    return this.#events;
  }

  /** From here on nobody dies. It begins with a fresh worker. */
  async makePeace(): Promise<void> {
    this.#isPeaceful = true;
    const tired = this.#worker;
    tired?.signal("SIGKILL");
    await tired?.ended;
  }

  /** Whose folders may still be there, because nobody came after it. */
  get lastWorker(): number {
    return this.#lastWorker;
  }

  async untilKilled(count: number): Promise<void> {
    await this.until(`${count} kills`, () => this.kills.length >= count);
  }

  /** Until the worker sleeps at the point where it was told to. */
  async untilAsleep(): Promise<void> {
    await this.until("the worker sleeps", () => this.#worker?.isStopped() ?? false);
  }

  wake(): void {
    this.#worker?.signal("SIGCONT");
  }

  /** Until the worker that is alive has written that it came to this point after it came to the other last. */
  async untilReached(point: string, since: string): Promise<void> {
    const pid = this.#worker?.pid ?? 0;
    await this.until(`the worker comes to ${point}`, () => {
      const file = this.#workerTrace;
      const walked = existsSync(file) ? readFileSync(file, "utf8").split(`${pid} ${since}\n`) : [];
      return walked.length > 1 && (walked.at(-1) ?? "").includes(`${pid} ${point}\n`);
    });
  }

  /** Until any process of this story, dead or alive, has written that it came to this point. */
  async untilEverReached(point: string): Promise<void> {
    await this.until(`somebody comes to ${point}`, () => {
      const files = Array.from({ length: this.#processes }, (_, index) => this.#traceFile(index + 1));
      return files.some((file) => existsSync(file) && readFileSync(file, "utf8").includes(` ${point}\n`));
    });
  }

  /** There is nothing left to do: the worker is killed once more. */
  async stop(): Promise<void> {
    await this[Symbol.asyncDispose]();
    if (this.#failure !== null) throw this.#failure;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopping = true;
    this.#worker?.signal("SIGKILL");
    await this.#kept;
  }

  async #keepWorker(): Promise<void> {
    while (!this.#isStopping) {
      const end = await this.#run("worker", "worker.fixture.ts", []);
      if (end === "ended" && !this.#isStopping) throw new Error("The worker ended by itself");
    }
  }

  async #run(
    kind: "worker" | "command",
    script: string,
    args: readonly string[],
  ): Promise<"ended" | "killed"> {
    const order = this.#isPeaceful ? noCrash : this.#options.nextOrder(kind);
    const { child, traceFile } = this.#start(script, args, order);
    if (kind === "worker") {
      this.#lastWorker = child.pid;
      [this.#worker, this.#workerTrace] = [child, traceFile];
    }
    const stopWatching = killLater(child, order.killAfterMs, traceFile);
    const { code, signal } = await child.ended;
    stopWatching();
    if (kind === "worker") this.#worker = null;
    if (signal === "SIGKILL" && !this.#isStopping) {
      await this.#noteKill(kind === "worker" ? kind : args.join(" "), child.pid, { order, traceFile });
      return "killed";
    }
    if (code !== 0 && !this.#isStopping)
      throw new Error(`${kind} ended with ${code ?? signal}:\n${this.#log()}`);
    return "ended";
  }

  #start(
    script: string,
    args: readonly string[],
    order: CrashOrder,
  ): { readonly child: Child; readonly traceFile: string } {
    this.#processes += 1;
    const traceFile = this.#traceFile(this.#processes);
    const told = { AAS_CRASH_TRACE: traceFile, AAS_CHAOS_BUG: this.#options.bug ?? "" };
    const env = { ...this.#world.env, ...order.env, ...told };
    return { child: startChild(script, args, { env, logFile: this.#world.logFile }), traceFile };
  }

  async #noteKill(
    process: string,
    pid: number,
    { order, traceFile }: { readonly order: CrashOrder; readonly traceFile: string },
  ): Promise<void> {
    if (process === "worker") await this.#world.letTimePass();
    if (this.#isPeaceful) return;
    const told = await this.look();
    const kill = {
      process,
      pid,
      order: order.name,
      lastPoint: lastPointOf(traceFile, pid),
      hadOpenRun: told.hasOpenRun(),
    };
    this.kills.push(kill);
    this.#lastMoveAt = Date.now();
    this.#options.onKill?.(kill);
  }

  #log(): string {
    return lastLines(this.#world.logFile, 40);
  }

  #lastPoints(): string {
    const files = Array.from({ length: 3 }, (_, index) => this.#traceFile(this.#processes - index));
    return files.map((file) => lastLines(file, 40)).join("\n--\n");
  }

  #traceFile(process: number): string {
    return join(this.#world.folder, `trace-${this.#options.name ?? "one"}-${process}`);
  }
}

function lastLines(file: string, count: number): string {
  const lines = existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n") : [];
  return lines
    .filter((line) => !/claimDue|durable\.start|cannot|already exists in queue/u.test(line))
    .slice(-count)
    .join("\n");
}

/** The first thing a worker does in each of its rounds. */
const firstPointOfWork = "durable.start:before";

/** Kills it from outside, so long after it has begun to work. */
function killLater(child: Child, afterMs: number | null, traceFile: string): () => void {
  if (afterMs === null) return () => undefined;
  let isAt = Number.POSITIVE_INFINITY;
  const timer = setInterval(() => {
    if (isAt === Number.POSITIVE_INFINITY && hasWorked(traceFile)) isAt = Date.now() + afterMs;
    if (Date.now() >= isAt && child.isAlive()) child.signal("SIGKILL");
  }, 5);
  return () => clearInterval(timer);
}

function hasWorked(traceFile: string): boolean {
  return existsSync(traceFile) && readFileSync(traceFile, "utf8").includes(firstPointOfWork);
}

function lastPointOf(traceFile: string, pid: number): string | null {
  try {
    const line = readFileSync(traceFile, "utf8").trim().split("\n").at(-1) ?? "";
    return line.startsWith(`${pid} `) ? line.slice(`${pid} `.length) : null;
  } catch {
    return null;
  }
}

/** Nothing moves any more though nobody is asked: work was lost. */
export class Stuck extends Error {
  constructor(what: string, told: Told, points: string) {
    const last = told.events
      .slice(-12)
      .map((event) => `${event.seq} ${event.type} ${event.subject} ${event.to ?? ""}`);
    super(`Waited for "${what}" in vain.\nThe last events:\n${last.join("\n")}\nThe last points:\n${points}`);
  }
}
