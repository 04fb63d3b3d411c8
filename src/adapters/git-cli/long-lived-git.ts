import { spawn } from "node:child_process";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { Socket } from "node:net";
import { AasError } from "../../domain/errors.ts";
import { gitFailure } from "./git-failure.ts";
import { hardenedFlags } from "./hardened-git.ts";
import type { ProcessEnvironment } from "./hardened-git.ts";
import { cannotStart, killGroup, lateAnswer } from "./run-git.ts";

/** What a parser says of the bytes received so far. */
export type Frame<T> =
  | { readonly kind: "complete"; readonly value: T }
  /** Asking again makes no sense before this many bytes are there: keeps large answers linear. */
  | { readonly kind: "partial"; readonly atLeast: number };

export interface LongLivedOptions {
  readonly action: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: ProcessEnvironment;
  /** Git that buffers what it writes to a pipe needs `stdbuf` before it. */
  readonly unbuffered: boolean;
  /** A question may be asked again when the process died of something else. */
  readonly mayRepeat: boolean;
  readonly deadlineMs: number;
  readonly idleMs: number;
}

interface Pending {
  readonly parse: (received: Buffer) => boolean;
  readonly fail: (error: Error) => void;
}

/** A fresh process now and then bounds what git's caches hold. */
const maxQuestions = 5_000;

/** A git that answers many questions: started by the first, one question at a time, closed when nobody asks. */
export class LongLivedGit {
  readonly #options: LongLivedOptions;
  #process: AnsweringProcess | null = null;
  #queue: Promise<unknown> = Promise.resolve();
  #idle: NodeJS.Timeout | null = null;
  #isClosed = false;

  constructor(options: LongLivedOptions) {
    this.#options = options;
  }

  ask<T>(question: string, parse: (received: Buffer) => Frame<T>): Promise<T> {
    const answer = this.#queue.then(() => this.#askInTurn(question, parse));
    this.#queue = answer.catch(() => {});
    return answer;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#queue;
    await this.#retire();
  }

  async #askInTurn<T>(question: string, parse: (received: Buffer) => Frame<T>): Promise<T> {
    if (this.#isClosed) throw new AasError("internal", "This mirror is closed.");
    if (this.#idle !== null) clearTimeout(this.#idle);
    const isFresh = !(this.#process?.canAnswer() ?? false);
    try {
      return await this.#current().ask(question, parse);
    } catch (error) {
      if (isFresh || !this.#options.mayRepeat || !(error instanceof ProcessEnded)) throw plain(error);
      return await this.#current().ask(question, parse).catch(rethrowPlain);
    } finally {
      this.#idle = setTimeout(() => void this.#retire(), this.#options.idleMs).unref();
    }
  }

  #current(): AnsweringProcess {
    if (this.#process === null || !this.#process.canAnswer()) {
      void this.#process?.end();
      this.#process = new AnsweringProcess(this.#options);
    }
    return this.#process;
  }

  async #retire(): Promise<void> {
    if (this.#idle !== null) clearTimeout(this.#idle);
    const retired = this.#process;
    this.#process = null;
    await retired?.end();
  }
}

/** The process stopped without an answer; not our deadline. */
class ProcessEnded extends Error {
  readonly failure: AasError;

  constructor(failure: AasError) {
    super(failure.message);
    this.failure = failure;
  }
}

function plain(error: unknown): unknown {
  return error instanceof ProcessEnded ? error.failure : error;
}

function rethrowPlain(error: unknown): never {
  throw plain(error);
}

class AnsweringProcess {
  readonly #options: LongLivedOptions;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #closed: Promise<void>;
  #pending: Pending | null = null;
  #received: Buffer[] = [];
  #receivedBytes = 0;
  #neededBytes = 1;
  #stderr = "";
  #questions = 0;
  #isAlive = true;

  constructor(options: LongLivedOptions) {
    this.#options = options;
    const command = ["git", ...hardenedFlags, ...options.args];
    const [program = "git", ...args] = options.unbuffered ? ["stdbuf", "-o0", ...command] : command;
    this.#child = spawn(program, args, { cwd: options.cwd, env: options.env, detached: true });
    this.#child.stdout.on("data", (chunk: Buffer) => this.#receive(chunk));
    this.#child.stderr.on(
      "data",
      (chunk: Buffer) => (this.#stderr = (this.#stderr + chunk.toString()).slice(-8192)),
    );
    this.#child.stdin.on("error", () => {});
    this.#child.on("error", (error) => this.#end(cannotStart(error)));
    this.#closed = new Promise((resolve) => {
      this.#child.on("close", () => {
        this.#end(new ProcessEnded(gitFailure(options.action, this.#stderr)));
        resolve();
      });
    });
    this.#hold(false);
  }

  canAnswer(): boolean {
    return this.#isAlive && this.#questions < maxQuestions;
  }

  ask<T>(question: string, parse: (received: Buffer) => Frame<T>): Promise<T> {
    this.#questions += 1;
    const { action, deadlineMs } = this.#options;
    return new Promise<T>((resolve, reject) => {
      const timer = setTimeout(() => this.#end(lateAnswer(action, deadlineMs)), deadlineMs);
      this.#pending = {
        parse: (received) => {
          const frame = parse(received);
          if (frame.kind === "complete") {
            clearTimeout(timer);
            resolve(frame.value);
            return true;
          }
          this.#neededBytes = frame.atLeast;
          return false;
        },
        fail: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      };
      this.#hold(true);
      this.#child.stdin.write(question);
    });
  }

  /** Ends by closing its input, which loses nothing; by force when that does not help. */
  async end(): Promise<void> {
    this.#isAlive = false;
    this.#child.stdin.end();
    const timer = setTimeout(() => killGroup(this.#child), 2000);
    await this.#closed;
    clearTimeout(timer);
  }

  #receive(chunk: Buffer): void {
    this.#received.push(chunk);
    this.#receivedBytes += chunk.length;
    if (this.#pending === null || this.#receivedBytes < this.#neededBytes) return;
    const all = Buffer.concat(this.#received);
    try {
      if (!this.#pending.parse(all)) {
        this.#received = [all];
        return;
      }
    } catch (error) {
      this.#end(new AasError("git_failed", "git gave an answer nobody understands", { cause: error }));
      return;
    }
    this.#pending = null;
    this.#received = [];
    this.#receivedBytes = 0;
    this.#neededBytes = 1;
    this.#hold(false);
  }

  #end(error: Error): void {
    this.#isAlive = false;
    // Once it has ended its number may belong to somebody else.
    if (this.#child.exitCode === null && this.#child.signalCode === null) killGroup(this.#child);
    this.#pending?.fail(error);
    this.#pending = null;
    this.#hold(false);
  }

  /** An idle git must not keep our own process alive. */
  #hold(isHeld: boolean): void {
    const change = isHeld ? "ref" : "unref";
    this.#child[change]();
    for (const stream of this.#child.stdio) if (stream instanceof Socket) stream[change]();
  }
}
