import { AasError } from "../../../domain/errors.ts";
import type { Connection } from "./connection.ts";
import { endOfError, endOfHead, enterGate, leaveGate } from "./provider-gate.ts";
import { type HttpAnswer, isOk } from "./http-answer.ts";
import { parseJson } from "./parse-json.ts";
import { patientDispatcher } from "./patient-dispatcher.ts";
import { readLines } from "./read-lines.ts";

export interface ProviderCall {
  readonly method: "GET" | "POST";
  /** Behind the address of the connection. */
  readonly path: string;
  /** Text is JSON that is written already. */
  readonly body?: string | FormData;
  readonly timeoutMs: number;
  /** About what it reads and writes, where the provider counts it by the minute. */
  readonly tokens?: number;
  readonly signal?: AbortSignal;
}

/** No answer that is one document is larger; a batch of Gemini is one. */
const maxAnswerBytes = 256_000_000;

/** A line of an answer file is one reply of a model. */
const maxLineBytes = 32_000_000;

/**
 * One call, made once. An error means that nobody knows whether it was received: `provider_unavailable`, or what the
 * signal was aborted with. No error holds the key.
 */
export async function callProvider(connection: Connection, call: ProviderCall): Promise<HttpAnswer> {
  using deadline = new Deadline(call);
  deadline.start();
  try {
    const response = await send(connection, call, deadline.signal);
    return await readAnswer(response, connection);
  } catch (error) {
    throw toCallError(error, connection, { call, deadline });
  }
}

/**
 * The lines of a JSONL file, as they come; lines that are no JSON are left out. An answer that is no file goes to
 * `refused`, which may throw; else there is nothing to read.
 */
export async function* streamJsonLines(
  connection: Connection,
  call: ProviderCall,
  refused: (answer: HttpAnswer) => void,
): AsyncGenerator<unknown, void> {
  using deadline = new Deadline(call);
  const response = await askedThroughGate();
  if (!isOk(response)) return refused(await orCallError(() => readAnswer(response, connection)));
  for await (const line of readLines(chunksOf(response), maxLineBytes)) {
    const value = parseJson(line);
    if (value !== undefined) yield value;
  }

  /** The answer has begun when its head is there; what comes of the lines is another matter. */
  async function askedThroughGate(): Promise<Response> {
    const passage = await enterGate(connection, call);
    deadline.start();
    try {
      const head = await orCallError(() => send(connection, call, deadline.signal));
      await leaveGate(connection, passage, endOfHead(head, connection.clock.now()));
      return head;
    } catch (error) {
      await leaveGate(connection, passage, endOfError(error));
      throw error;
    }
  }

  /** Only the waiting for bytes counts: the reader of the lines may take its time. */
  async function* chunksOf({ body }: Response): AsyncGenerator<Uint8Array> {
    const chunks = body?.values();
    for (;;) {
      deadline.start();
      const next = await orCallError(async () => chunks?.next());
      deadline.stop();
      if (next === undefined || next.done === true) return;
      yield next.value;
    }
  }

  async function orCallError<Result>(step: () => Promise<Result>): Promise<Result> {
    try {
      return await step();
    } catch (error) {
      throw toCallError(error, connection, { call, deadline });
    }
  }
}

/** Aborts a call when its caller does, or when it took too long. */
class Deadline implements Disposable {
  readonly signal: AbortSignal;
  hasPassed = false;
  readonly #passed = new AbortController();
  readonly #timeoutMs: number;
  #timer: NodeJS.Timeout | undefined;

  constructor({ timeoutMs, signal }: ProviderCall) {
    this.#timeoutMs = timeoutMs;
    this.signal = AbortSignal.any([this.#passed.signal, ...(signal === undefined ? [] : [signal])]);
  }

  start(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.hasPassed = true;
      this.#passed.abort();
    }, this.#timeoutMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** Whatever still runs then is nobody's any more. */
  [Symbol.dispose](): void {
    this.stop();
    this.#passed.abort();
  }
}

async function send(connection: Connection, call: ProviderCall, signal: AbortSignal): Promise<Response> {
  signal.throwIfAborted();
  const isJson = typeof call.body === "string";
  const request: RequestInit = {
    method: call.method,
    headers: {
      "user-agent": "aas",
      ...(isJson ? { "content-type": "application/json" } : {}),
      ...connection.headersFor(readKey(connection)),
    },
    ...(call.body === undefined ? {} : { body: call.body }),
    // A key that is meant for one host is not shown to another.
    redirect: "manual",
    signal,
    dispatcher: patientDispatcher,
  };
  return fetch(`${connection.baseUrl}${call.path}`, request);
}

/** A key that cannot be sent would stand in the error about it. */
function readKey({ apiKey, provider, keyVariable }: Connection): string | null {
  const key = apiKey?.reveal() ?? null;
  if (key === null || /^[\u0021-\u007E]+$/u.test(key)) return key;
  throw new AasError("provider_refused", `The key for ${provider} holds characters that no key has.`, {
    cure: `Set ${keyVariable} to the key alone, without spaces or line ends.`,
  });
}

async function readAnswer(response: Response, connection: Connection): Promise<HttpAnswer> {
  const text = await readText(response);
  const { status, headers } = response;
  return { status, headers, body: parseJson(text) ?? text, receivedAt: connection.clock.now() };
}

async function readText({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body?.values() ?? []) {
    bytes += chunk.length;
    if (bytes > maxAnswerBytes) throw new AasError("provider_refused", "The answer has no end.");
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

function toCallError(
  error: unknown,
  { provider, host }: Connection,
  { call, deadline }: { readonly call: ProviderCall; readonly deadline: Deadline },
): unknown {
  if (error instanceof AasError) return error;
  if (call.signal?.aborted === true) return call.signal.reason;
  const cause = error instanceof Error ? error.cause : undefined;
  const reason = deadline.hasPassed ? `brought nothing in ${call.timeoutMs / 1000} s` : reasonOf(cause);
  return new AasError("provider_unavailable", `${provider} (${host}) ${reason}.`, {
    retryable: true,
    hadNoEffect: neverSent.has(codeOf(cause)),
    cause,
  });
}

/** There was no connection that a call could have gone through. */
const neverSent: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** The code of the network's failure: its text may name more than it should. */
function reasonOf(cause: unknown): string {
  const code = codeOf(cause);
  return /^[A-Z0-9_]+$/u.test(code) ? `could not be reached (${code})` : "could not be reached";
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && "code" in cause ? String(cause.code) : "";
}
