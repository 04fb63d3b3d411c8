import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type AnswerLine, answerByHash } from "./answers/answer-line.ts";
import type { HeldBatch } from "./batches/held-batch.ts";
import { cannedReply } from "./canned-reply.ts";
import { caseTime, type FaultCase } from "./cases/fault-case.ts";
import { PlayedCase } from "./cases/played-case.ts";
import { controlRoutes } from "./control-routes.ts";
import { type Exchange, ExchangeLog } from "./exchange-log.ts";
import { FaultClock } from "./fault-clock.ts";
import { type FaultScriptInput, faultScriptSchema } from "./fault-script.ts";
import { RequestFaults } from "./faults/pick-request-fault.ts";
import type { CannedAnswer } from "./faults/request-fault.ts";
import type { Answer } from "./http/answer.ts";
import { type Asked, readAsked } from "./http/asked.ts";
import { answerOf, type Route } from "./http/route.ts";
import { isKillPoint } from "./kill-point.ts";
import type { BillReport } from "./money/bill.ts";
import { refuseWithoutKey } from "./refuse-without-key.ts";
import { sendAnswer } from "./http/send-answer.ts";
import { type Outcome, performFaulty } from "./perform-faulty.ts";
import { unknownPath } from "./unknown-path.ts";
import { vendorRoutes } from "./vendor-routes.ts";
import { World } from "./world.ts";

export interface FaultServerOptions {
  readonly script?: FaultScriptInput;
  /** What its models say; by default something that is always the same for the same question. */
  readonly answer?: AnswerLine;
  /** The time it lives in; by default that of this machine. */
  readonly now?: () => number;
  readonly logFile?: string | null;
  /** It closes by itself when nothing arrived for so long. */
  readonly idleMs?: number;
  /** A case to play. Its time stands still at `caseTime` unless `now` says another. */
  readonly faultCase?: FaultCase;
  /** Called at the point where the case wants its client dead; the server goes on when it is over. */
  readonly kill?: () => void | Promise<void>;
}

/** A server on the loopback that speaks the protocols of the model vendors, and fails as it is told to. */
export class FaultServer implements AsyncDisposable {
  readonly #options: FaultServerOptions;
  readonly #world: World;
  readonly #faults: RequestFaults;
  readonly #log: ExchangeLog;
  readonly #routes: readonly Route[];
  readonly #control: readonly Route[];
  readonly #server: Server;
  readonly #idleMs: number;
  readonly #begunMs: number;
  readonly #waiting = new Set<NodeJS.Timeout>();
  #idle: NodeJS.Timeout | null = null;
  #mistake: Error | null = null;

  private constructor(options: FaultServerOptions) {
    const { faultCase } = options;
    const script = faultScriptSchema.parse(options.script ?? {});
    const now = faultCase === undefined ? Date.now : () => caseTime.getTime();
    this.#world = new World({
      script,
      clock: new FaultClock(options.now ?? now),
      answer: options.answer ?? answerByHash(script.seed),
    });
    this.#options = options;
    this.#begunMs = this.#world.clock.nowMs();
    this.#faults = new RequestFaults(script.seed, [...script.requests, ...(faultCase?.requests ?? [])]);
    this.#log = new ExchangeLog(options.logFile ?? null);
    this.#routes = [...playedRoutes(this.#world, faultCase), ...vendorRoutes(this.#world)];
    this.#control = controlRoutes(this);
    this.#idleMs = options.idleMs ?? 60_000;
    this.#server = createServer((request, response) => {
      this.#receive(request, response).catch((error: unknown) => this.#confess(error, response));
    });
  }

  static async start(options: FaultServerOptions = {}): Promise<FaultServer> {
    const server = new FaultServer(options);
    await new Promise<void>((resolve) => {
      server.#server.listen(0, "127.0.0.1", resolve);
    });
    server.#restartIdleTimer();
    return server;
  }

  /** Where it is reached, without a path. */
  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("The fault server is closed");
    return `http://127.0.0.1:${address.port}`;
  }

  get exchanges(): readonly Exchange[] {
    return this.#log.exchanges;
  }

  get batches(): readonly HeldBatch[] {
    return this.#world.batches;
  }

  bill(): BillReport {
    return this.#world.bill.report();
  }

  advance(ms: number): void {
    this.#world.clock.advance(ms);
  }

  /** More faults, after those it has. */
  addFaults(rules: FaultScriptInput["requests"]): void {
    this.#faults.add(faultScriptSchema.parse({ requests: rules }).requests);
  }

  /** The next look at this batch finds it at its end. */
  finish(batchId: string): void {
    const batch = this.batches.find(({ facts }) => facts.id === batchId);
    if (batch === undefined) throw new Error(`There is no batch ${batchId}`);
    batch.hurry();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#idle !== null) clearTimeout(this.#idle);
    for (const timer of this.#waiting) clearTimeout(timer);
    if (this.#server.listening) {
      await new Promise<void>((resolve) => {
        this.#server.close(() => resolve());
        this.#server.closeAllConnections();
      });
    }
    if (this.#mistake !== null) throw this.#mistake;
  }

  #restartIdleTimer(): void {
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#idle = setTimeout(() => void this[Symbol.asyncDispose](), this.#idleMs);
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#restartIdleTimer();
    response.on("error", () => undefined);
    const asked = await readAsked(request);
    if (asked === null) return;
    const control = await answerOf(this.#control, asked);
    if (control === null) await this.#answer(asked, request.url ?? "", response);
    else await sendAnswer(response, { ...control, cutAfterBytes: null });
  }

  /** A mistake in a script is no fault that a client should live with: whoever closes this server is told. */
  #confess(error: unknown, response: ServerResponse): void {
    this.#mistake ??= new Error("The fault server cannot do what its script says", { cause: error });
    response.destroy();
  }

  async #answer(asked: Asked, path: string, response: ServerResponse): Promise<void> {
    const fault = this.#faults.pick(asked.method, asked.path, this.#world.clock.nowMs() - this.#begunMs);
    const deps = {
      perform: () => this.#perform(asked),
      canned: (answer: CannedAnswer) => cannedReply(this.#world, answer, asked),
      response,
      wait: (ms: number) => this.#wait(ms, response),
    };
    const outcome = await performFaulty(deps, fault);
    this.#record(asked, outcome, { path, fault: fault?.kind ?? null });
    await this.#killAround(asked, "after");
  }

  async #perform(asked: Asked): Promise<Answer> {
    const refusal = refuseWithoutKey(this.#world.script, asked);
    const answer = refusal ?? (await answerOf(this.#routes, asked)) ?? unknownPath(asked);
    await this.#killAround(asked, "before");
    return answer;
  }

  /** A client that is to die before it can write down what it was told, dies before it is told. */
  async #killAround(asked: Asked, moment: "before" | "after"): Promise<void> {
    const { faultCase, kill } = this.#options;
    if (faultCase === undefined || faultCase.kill === null || kill === undefined) return;
    const wanted = faultCase.kill === "after_create_before_persist" ? "before" : "after";
    if (wanted === moment && isKillPoint(faultCase.kill, faultCase.vendor, asked)) await kill();
  }

  #record(asked: Asked, outcome: Outcome, told: Pick<Exchange, "path" | "fault">): void {
    const { answer, status, sentBytes } = outcome;
    if (answer?.delivery !== undefined && answer.delivery !== null) {
      this.#world.bill.addDelivery(answer.delivery, answer.body, sentBytes);
    }
    this.#log.add({
      at: new Date(this.#world.clock.nowMs()).toISOString(),
      method: asked.method,
      path: told.path,
      requestBytes: asked.body.length,
      status,
      sentBytes,
      created: answer?.created ?? [],
      customIds: answer?.customIds ?? [],
      fault: told.fault,
    });
  }

  #wait(ms: number, response: ServerResponse): Promise<boolean> {
    if (response.destroyed) return Promise.resolve(false);
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(timer);
        resolve(true);
      }, ms);
      this.#waiting.add(timer);
      response.once("close", () => {
        clearTimeout(timer);
        this.#waiting.delete(timer);
        resolve(false);
      });
    });
  }
}

function playedRoutes(world: World, faultCase: FaultCase | undefined): readonly Route[] {
  if (faultCase === undefined) return [];
  const played = new PlayedCase(world, faultCase);
  if (played.batchId !== null) world.nameNextBatch(played.batchId);
  return played.routes;
}
