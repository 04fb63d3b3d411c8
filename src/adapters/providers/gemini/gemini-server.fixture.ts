import { randomUUID } from "node:crypto";
import { z } from "zod";
import { HandClock, Loopback, type Received, type Reply } from "../wire/loopback.fixture.ts";

const request = z.object({
  request: z.object({ contents: z.array(z.object({ parts: z.array(z.object({ text: z.string() })) })) }),
  metadata: z.object({ key: z.string() }),
});

const creation = z.object({
  batch: z.object({
    displayName: z.string(),
    inputConfig: z.object({ requests: z.object({ requests: z.array(request).min(1) }) }),
  }),
});

interface StoredBatch {
  readonly name: string;
  readonly model: string;
  readonly displayName: string;
  readonly requests: readonly z.infer<typeof request>[];
  readonly createdAt: Date;
  state: "PENDING" | "SUCCEEDED" | "CANCELLED" | "EXPIRED";
  endedAt: Date | null;
  /** A file instead of what stands in the batch itself. */
  file: string | null;
}

/** Batches of `generateContent` as the reference tells them, in memory. */
export class GeminiFixture implements AsyncDisposable {
  readonly clock = new HandClock();
  readonly batches: StoredBatch[] = [];
  readonly files = new Map<string, string>();
  /** Answers instead of the server, or after it has done what was asked; null: neither. */
  before: (received: Received) => Reply | null = () => null;
  after: (received: Received) => Reply | null = () => null;
  readonly http: Loopback;
  readonly #answers: ReadonlyMap<string, string>;

  private constructor(http: Loopback, answers: ReadonlyMap<string, string>) {
    this.http = http;
    this.#answers = answers;
  }

  /** `answers` by prompt; a prompt without one fails. */
  static async start(answers: ReadonlyMap<string, string>): Promise<GeminiFixture> {
    const http = await Loopback.start();
    const fixture = new GeminiFixture(http, answers);
    http.answer = (received) => fixture.#answer(received);
    return fixture;
  }

  /** Works on a batch until it is done. */
  finish(name: string): void {
    const batch = this.#get(name);
    if (batch === undefined || batch.state !== "PENDING") return;
    batch.state = "SUCCEEDED";
    batch.endedAt = this.clock.now();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.http[Symbol.asyncDispose]();
  }

  #answer(received: Received): Reply {
    const instead = this.before(received);
    if (instead !== null) return instead;
    const reply = this.#route(received);
    return this.after(received) ?? reply;
  }

  #route(received: Received): Reply {
    const { path } = received;
    const [place = "", action] = path.split(":");
    if (action === "batchGenerateContent") return this.#create(place.split("/").at(-1) ?? "", received);
    if (action === "download") return { text: this.files.get(place.replace("/download/v1beta/", "")) ?? "" };
    if (place === "/v1beta/batches") return this.#list(received);
    const batch = this.#get(place.replace("/v1beta/", ""));
    if (batch === undefined) return failure(404, "NOT_FOUND", "Requested entity was not found.");
    return action === "cancel" ? this.#cancel(batch) : { json: this.#render(batch) };
  }

  #create(model: string, { body }: Received): Reply {
    const { data } = creation.safeParse(JSON.parse(body.toString()));
    if (data === undefined) return failure(400, "INVALID_ARGUMENT", "Invalid JSON payload received.");
    const batch: StoredBatch = {
      name: `batches/${randomUUID()}`,
      model,
      displayName: data.batch.displayName,
      requests: data.batch.inputConfig.requests.requests,
      createdAt: this.clock.now(),
      state: "PENDING",
      endedAt: null,
      file: null,
    };
    this.batches.push(batch);
    return { json: this.#render(batch) };
  }

  #list({ query }: Received): Reply {
    const size = Number(query.get("pageSize") ?? 10);
    const start = Number(query.get("pageToken") ?? 0);
    const page = this.batches.slice(start, start + size);
    if (page.length === 0) return { json: {} };
    const rest = this.batches.length > start + size ? { nextPageToken: String(start + size) } : {};
    return { json: { operations: page.map((batch) => this.#render(batch)), ...rest } };
  }

  #cancel(batch: StoredBatch): Reply {
    if (batch.state === "CANCELLED") return failure(400, "FAILED_PRECONDITION", "It is canceled.");
    if (batch.state === "PENDING") batch.state = "CANCELLED";
    return { json: {} };
  }

  #get(name: string): StoredBatch | undefined {
    return this.batches.find((batch) => batch.name === name);
  }

  #render(batch: StoredBatch): unknown {
    const { name, model, displayName, createdAt, requests, state, endedAt, file } = batch;
    const count = String(requests.length);
    const isDone = state === "SUCCEEDED";
    const inline = { inlinedResponses: { inlinedResponses: requests.map((each) => this.#work(each)) } };
    const output = file === null ? inline : { responsesFile: file };
    return {
      name,
      metadata: {
        "@type": "type.googleapis.com/google.ai.generativelanguage.v1main.GenerateContentBatch",
        model: `models/${model}`,
        displayName,
        createTime: createdAt.toISOString(),
        endTime: endedAt?.toISOString(),
        batchStats: isDone
          ? { requestCount: count, successfulRequestCount: count }
          : { requestCount: count, pendingRequestCount: count },
        state: `BATCH_STATE_${state}`,
        name,
        ...(isDone ? { output } : {}),
      },
      ...(state === "PENDING" ? {} : { done: true }),
      ...(isDone ? { response: output } : {}),
    };
  }

  #work({ request: { contents }, metadata }: z.infer<typeof request>): unknown {
    const text = this.#answers.get(contents[0]?.parts[0]?.text ?? "");
    if (text === undefined) return { metadata, error: { code: 3, message: "bad" } };
    return { metadata, response: content(text) };
  }
}

export function content(text: string): unknown {
  return {
    candidates: [
      {
        content: { parts: [{ text: "Let me think.", thought: true }, { text }], role: "model" },
        finishReason: "STOP",
        index: 0,
      },
    ],
    usageMetadata: {
      promptTokenCount: 120,
      cachedContentTokenCount: 20,
      candidatesTokenCount: 30,
      thoughtsTokenCount: 10,
      totalTokenCount: 160,
    },
    modelVersion: "gemini-test",
  };
}

export function failure(
  status: number,
  name: string,
  message: string,
  details: readonly unknown[] = [],
): Reply {
  return { status, json: { error: { code: status, message, status: name, details } } };
}
