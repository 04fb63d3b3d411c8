import { randomUUID } from "node:crypto";
import { z } from "zod";
import { HandClock, Loopback, type Received, type Reply } from "../wire/loopback.fixture.ts";

const request = z.object({
  custom_id: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/u),
  params: z.object({
    model: z.string(),
    max_tokens: z.number().positive(),
    messages: z.array(z.object({ role: z.literal("user"), content: z.string() })),
  }),
});

const creation = z.object({ requests: z.array(request).min(1) });

interface StoredBatch {
  readonly id: string;
  readonly requests: z.infer<typeof creation>["requests"];
  readonly createdAt: Date;
  endedAt: Date | null;
  archivedAt: Date | null;
  /** Null: not ended; else what became of each request. */
  end: "answered" | "canceled" | null;
  /** What is read instead of the results. */
  lines: string | null;
}

/** Message Batches as the reference tells them, in memory. */
export class AnthropicFixture implements AsyncDisposable {
  readonly clock = new HandClock();
  readonly batches: StoredBatch[] = [];
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
  static async start(answers: ReadonlyMap<string, string>): Promise<AnthropicFixture> {
    const http = await Loopback.start();
    const fixture = new AnthropicFixture(http, answers);
    http.answer = (received) => fixture.#answer(received);
    return fixture;
  }

  /** Works on a batch until it is done. */
  finish(id: string): void {
    const batch = this.#get(id);
    if (batch === undefined || batch.end !== null) return;
    batch.end = "answered";
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
    if (received.headers["anthropic-version"] !== "2023-06-01")
      return failure(400, "invalid_request_error", "version");
    const [, , , kind, id = "", action] = received.path.split("/");
    if (kind !== "batches") return failure(404, "not_found_error", "Not found");
    if (id === "") return received.method === "POST" ? this.#create(received) : this.#list(received);
    const batch = this.#get(id);
    if (batch === undefined) return failure(404, "not_found_error", `There is no ${id}`);
    if (action === "cancel") return this.#cancel(batch);
    return action === "results" ? this.#results(batch) : { json: this.#render(batch) };
  }

  #create({ body }: Received): Reply {
    const { data } = creation.safeParse(JSON.parse(body.toString()));
    if (data === undefined) return failure(400, "invalid_request_error", "requests: Field required");
    const batch: StoredBatch = {
      id: `msgbatch_${randomUUID()}`,
      requests: data.requests,
      createdAt: this.clock.now(),
      endedAt: null,
      archivedAt: null,
      end: null,
      lines: null,
    };
    this.batches.unshift(batch);
    return { json: this.#render(batch) };
  }

  #list({ query }: Received): Reply {
    const limit = Number(query.get("limit") ?? 20);
    const after = query.get("after_id");
    const start = after === null ? 0 : this.batches.findIndex(({ id }) => id === after) + 1;
    const page = this.batches.slice(start, start + limit);
    return {
      json: {
        data: page.map((batch) => this.#render(batch)),
        has_more: this.batches.length > start + limit,
        first_id: page[0]?.id ?? null,
        last_id: page.at(-1)?.id ?? null,
      },
    };
  }

  #cancel(batch: StoredBatch): Reply {
    if (batch.end !== null) return failure(400, "invalid_request_error", "The batch has ended.");
    batch.end = "canceled";
    batch.endedAt = this.clock.now();
    return { json: this.#render(batch) };
  }

  #results(batch: StoredBatch): Reply {
    if (batch.end === null || batch.archivedAt !== null) return failure(404, "not_found_error", "No results");
    const lines = batch.requests.map((each) => JSON.stringify(this.#resultOf(each, batch.end))).join("\n");
    return { text: batch.lines ?? lines, headers: { "content-type": "application/x-jsonl" } };
  }

  #resultOf({ custom_id, params }: z.infer<typeof request>, end: StoredBatch["end"]): unknown {
    if (end === "canceled") return { custom_id, result: { type: "canceled" } };
    const text = this.#answers.get(params.messages.at(-1)?.content ?? "");
    if (text !== undefined)
      return { custom_id, result: { type: "succeeded", message: message(text, params.model) } };
    const error = { type: "invalid_request_error", message: "bad" };
    return { custom_id, result: { type: "errored", error: { type: "error", error, request_id: "req_1" } } };
  }

  #get(id: string): StoredBatch | undefined {
    return this.batches.find((batch) => batch.id === id);
  }

  #render(batch: StoredBatch): unknown {
    const { id, createdAt, endedAt, archivedAt, end } = batch;
    const hasResults = end !== null && archivedAt === null;
    return {
      id,
      type: "message_batch",
      processing_status: end === null ? "in_progress" : "ended",
      request_counts: this.#count(batch),
      created_at: createdAt.toISOString(),
      expires_at: new Date(createdAt.getTime() + 24 * 3_600_000).toISOString(),
      ended_at: endedAt?.toISOString() ?? null,
      archived_at: archivedAt?.toISOString() ?? null,
      cancel_initiated_at: end === "canceled" ? endedAt : null,
      results_url: hasResults ? `${this.http.url}/v1/messages/batches/${id}/results` : null,
    };
  }

  #count({ requests, end }: StoredBatch): unknown {
    const none = { processing: 0, succeeded: 0, errored: 0, canceled: 0, expired: 0 };
    if (end === null) return { ...none, processing: requests.length };
    if (end === "canceled") return { ...none, canceled: requests.length };
    const known = requests.filter(({ params }) => this.#answers.has(params.messages.at(-1)?.content ?? ""));
    return { ...none, succeeded: known.length, errored: requests.length - known.length };
  }
}

export function message(text: string, model = "claude-test"): unknown {
  return {
    id: "msg_1",
    type: "message",
    role: "assistant",
    model,
    content: [
      { type: "thinking", thinking: "hm", signature: "x" },
      { type: "text", text },
    ],
    stop_reason: "end_turn",
    stop_sequence: null,
    usage: {
      input_tokens: 100,
      cache_creation_input_tokens: 20,
      cache_read_input_tokens: 30,
      output_tokens: 50,
    },
  };
}

function failure(status: number, type: string, text: string): Reply {
  return { status, json: { type: "error", error: { type, message: text }, request_id: "req_1" } };
}
