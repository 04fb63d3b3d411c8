import { AasError } from "../../../domain/errors.ts";
import { checkAddress, failedCall } from "./call-failure.ts";
import type { Connection } from "./connection.ts";
import { Deadline } from "./deadline.ts";
import { endOfError, endOfHead, enterGate, leaveGate } from "./provider-gate.ts";
import { type HttpAnswer, isOk } from "./http-answer.ts";
import { parseJson } from "./parse-json.ts";
import { LeastSpeed } from "./least-speed.ts";
import { answerWithoutKey } from "./own-key.ts";
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
    throw failedCall(error, connection, { call, deadline });
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
    const value = parseJson(answerWithoutKey(line, connection.apiKey));
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
    const speed = new LeastSpeed(call.timeoutMs);
    for (;;) {
      const askedAt = performance.now();
      deadline.start(speed.leftMs);
      const next = await orCallError(async () => chunks?.next());
      deadline.stop();
      if (next === undefined || next.done === true) return;
      speed.came(next.value.length, performance.now() - askedAt);
      yield next.value;
    }
  }

  async function orCallError<Result>(step: () => Promise<Result>): Promise<Result> {
    try {
      return await step();
    } catch (error) {
      throw failedCall(error, connection, { call, deadline });
    }
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
  const text = answerWithoutKey(await readText(response, connection), connection.apiKey);
  const { status, headers } = response;
  return { status, headers, body: parseJson(text) ?? text, receivedAt: connection.clock.now() };
}

async function readText({ body }: Response, { provider, host }: Connection): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body?.values() ?? []) {
    bytes += chunk.length;
    if (bytes > maxAnswerBytes) {
      throw new AasError("provider_refused", `${provider} (${host}) sends an answer without an end.`, {
        cure: checkAddress(host),
      });
    }
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}
