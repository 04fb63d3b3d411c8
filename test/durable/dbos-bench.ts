import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { DurableBench, DurableCalls, DurableHost } from "../../src/testing/durable-bench.ts";
import { createDurableWorld, type DurableWorld } from "../../src/testing/durable-world.ts";
import { emptyDatabaseForTests } from "../../src/testing/postgres-for-tests.ts";

export interface HostSettings {
  /** Or "pglite". */
  readonly databaseUrl: string;
  readonly worldFolder: string;
  readonly executorId: string;
  readonly deadAfterMs: number;
  readonly migrates: boolean;
}

export interface HostQuestion {
  readonly id: number;
  readonly method: keyof DurableCalls | "shutdown";
  readonly parameters: readonly unknown[];
}

type HostAnswer =
  | { readonly id: number; readonly kind: "answer"; readonly value: never }
  | { readonly id: number; readonly kind: "error"; readonly message: string; readonly code: string | null };

const hostFile = fileURLToPath(new URL("dbos-host.fixture.ts", import.meta.url));

export interface DbosBench extends DurableBench {
  open(): Promise<DbosHost>;
}

export interface DbosBenchOptions {
  readonly databaseUrl: string;
  readonly deadAfterMs?: number;
}

/** Workers in processes of their own, because DBOS is one per process and because they have to die. */
export async function openDbosBench({
  databaseUrl,
  deadAfterMs = 2_000,
}: DbosBenchOptions): Promise<DbosBench> {
  const world = createDurableWorld();
  const hosts: DbosHost[] = [];
  return {
    world,
    async open(): Promise<DbosHost> {
      const executorId = `worker-${hosts.length + 1}`;
      const shared = { databaseUrl, worldFolder: world.folder, executorId, deadAfterMs };
      const host = new DbosHost({ ...shared, migrates: true }, world);
      hosts.push(host);
      await host.started;
      return host;
    },
    async close(): Promise<void> {
      for (const host of hosts) await host.kill();
      world.remove();
    },
  };
}

/** On a fresh database of the test run's own server. */
export async function openDbosBenchForTests(): Promise<DbosBench> {
  const database = await emptyDatabaseForTests();
  const bench = await openDbosBench({ databaseUrl: database.url });
  return {
    ...bench,
    close: async () => {
      await bench.close();
      await database.drop();
    },
  };
}

class DbosHost implements DurableHost {
  readonly durable: DurableCalls;
  readonly started: Promise<void>;
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  readonly #said: string;
  readonly #open = new Map<number, PromiseWithResolvers<never>>();
  #questions = 0;

  constructor(settings: HostSettings, world: DurableWorld) {
    this.#said = join(world.folder, `${settings.executorId}.log`);
    const said = openSync(this.#said, "a");
    const flags = settings.databaseUrl === "pglite" ? ["--liftoff-only"] : [];
    this.#child = spawn(process.execPath, [...flags, hostFile, JSON.stringify(settings)], {
      stdio: ["ignore", openSync(join(world.folder, "stdout"), "a"), said, "ipc"],
      detached: true,
    });
    closeSync(said);
    this.#exited = once(this.#child, "exit");
    this.#child.on("message", (answer: HostAnswer) => this.#take(answer));
    this.#child.on("exit", () => this.#giveUp());
    this.started = this.#expect(0);
    this.durable = {
      start: async (...parameters) => this.#ask("start", parameters),
      signal: async (...parameters) => this.#ask("signal", parameters),
      cancel: async (...parameters) => this.#ask("cancel", parameters),
      resume: async (...parameters) => this.#ask("resume", parameters),
      find: async (...parameters) => this.#ask("find", parameters),
    };
  }

  async stop(): Promise<void> {
    await this.#ask("shutdown", []);
    await this.#exited;
  }

  async kill(): Promise<void> {
    this.signal("SIGKILL");
    await this.#exited;
  }

  /** To the process and whatever it has started. */
  signal(name: "SIGKILL" | "SIGSTOP" | "SIGCONT"): void {
    const { pid, exitCode, signalCode } = this.#child;
    if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, name);
  }

  /** What it wrote to stderr. */
  said(): string {
    return readFileSync(this.#said, "utf8");
  }

  async #ask(method: HostQuestion["method"], parameters: readonly unknown[]): Promise<never> {
    this.#questions += 1;
    const question: HostQuestion = { id: this.#questions, method, parameters };
    const answer = this.#expect(question.id);
    this.#child.send(question);
    return await answer;
  }

  #expect(id: number): Promise<never> {
    const answer = Promise.withResolvers<never>();
    this.#open.set(id, answer);
    answer.promise.catch(() => null);
    return answer.promise;
  }

  #take(answer: HostAnswer): void {
    const waiting = this.#open.get(answer.id);
    this.#open.delete(answer.id);
    if (answer.kind === "answer") waiting?.resolve(answer.value);
    else waiting?.reject(Object.assign(new Error(answer.message), { code: answer.code }));
  }

  #giveUp(): void {
    for (const waiting of this.#open.values())
      waiting.reject(new Error(`The host ended. It said:\n${this.said()}`));
    this.#open.clear();
  }
}
