import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "../../../ports/clock.ts";
import type { Pause } from "./connection.ts";

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

/**
 * `reset`: the connection is cut without an answer; `hang`: nothing comes. A body may come late, end before it should
 * (`cut`) or not end at all (`stall`).
 */
export type Reply =
  | {
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly json?: unknown;
      readonly text?: string | Buffer;
      readonly lateMs?: number;
      readonly end?: "cut" | "stall";
    }
  | "reset"
  | "hang";

/** An HTTP server on the loopback that keeps what it received. */
export class Loopback implements AsyncDisposable {
  readonly received: Received[] = [];
  answer: (request: Received) => Reply = () => ({ status: 404 });
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(): Promise<Loopback> {
    const loopback = new Loopback();
    await new Promise<void>((resolve) => {
      loopback.#server.listen(0, "127.0.0.1", resolve);
    });
    loopback.#server.unref();
    return loopback;
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("The server is closed");
    return `http://127.0.0.1:${address.port}`;
  }

  /** How often this was asked for. */
  count(method: string, path: RegExp): number {
    return this.received.filter((request) => request.method === method && path.test(request.path)).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://loopback");
    const received = {
      method: request.method ?? "",
      path: decodeURIComponent(url.pathname),
      query: url.searchParams,
      headers: request.headers,
      body: await buffer(request),
    };
    this.received.push(received);
    const reply = this.answer(received);
    if (reply === "reset") request.socket.destroy();
    else if (reply !== "hang") await write(response, reply);
  }
}

async function write(response: ServerResponse, reply: Exclude<Reply, string>): Promise<void> {
  const { status = 200, headers = {}, json, text, lateMs = 0, end } = reply;
  await sleep(lateMs);
  const type = json === undefined ? "text/plain" : "application/json";
  response.writeHead(status, { "content-type": type, ...headers });
  const body = text ?? (json === undefined ? "" : JSON.stringify(json));
  if (end === undefined) return void response.end(body);
  response.write(body);
  await sleep(20);
  if (end === "cut") response.socket?.destroy();
}

/** Time that passes when it is told to, and when somebody pauses. */
export class HandClock implements Clock {
  #now: number;
  readonly pauses: number[] = [];

  constructor(start = "2026-11-20T08:00:00Z") {
    this.#now = Date.parse(start);
  }

  now(): Date {
    return new Date(this.#now);
  }

  pass(ms: number): void {
    this.#now += ms;
  }

  readonly pause: Pause = async (ms, signal) => {
    signal.throwIfAborted();
    this.pauses.push(ms);
    this.pass(ms);
  };
}
