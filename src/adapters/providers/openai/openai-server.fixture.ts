import { randomUUID } from "node:crypto";
import { z } from "zod";
import { HandClock, Loopback, type Received, type Reply } from "../wire/loopback.fixture.ts";

interface StoredBatch {
  readonly id: string;
  readonly inputFileId: string;
  readonly metadata: unknown;
  readonly createdAt: number;
  status: string;
  endedAt: number | null;
  outputFileId: string | null;
  errorFileId: string | null;
}

const line = z.object({
  custom_id: z.string(),
  url: z.literal("/v1/chat/completions"),
  body: z.object({
    model: z.string(),
    messages: z.array(z.object({ role: z.string(), content: z.string() })),
  }),
});

const creation = z.object({
  input_file_id: z.string(),
  endpoint: z.literal("/v1/chat/completions"),
  completion_window: z.literal("24h"),
  metadata: z.record(z.string(), z.string()).nullish(),
});

/** Files and batches as OpenAI's reference tells them, in memory. */
export class OpenAiFixture implements AsyncDisposable {
  readonly clock = new HandClock();
  /** Answers instead of the server, or after it has done what was asked; null: neither. */
  before: (request: Received) => Reply | null = () => null;
  after: (request: Received) => Reply | null = () => null;
  readonly files = new Map<
    string,
    { readonly name: string; readonly text: string; readonly fields: ReadonlyMap<string, string> }
  >();
  readonly batches: StoredBatch[] = [];
  readonly #answers: ReadonlyMap<string, string>;
  readonly #http: Loopback;

  private constructor(http: Loopback, answers: ReadonlyMap<string, string>) {
    this.#http = http;
    this.#answers = answers;
  }

  /** `answers` by prompt; a prompt without one fails. */
  static async start(answers: ReadonlyMap<string, string>): Promise<OpenAiFixture> {
    const http = await Loopback.start();
    const fixture = new OpenAiFixture(http, answers);
    http.answer = (request) => fixture.#answer(request);
    return fixture;
  }

  get http(): Loopback {
    return this.#http;
  }

  get baseUrl(): string {
    return `${this.#http.url}/v1`;
  }

  /** Works on a batch until it is done. */
  finish(id: string): void {
    const batch = this.#get(id);
    if (batch === undefined || batch.status !== "validating") return;
    const lines = (this.files.get(batch.inputFileId)?.text ?? "").trimEnd().split("\n");
    const results = lines.map((text) => this.#work(line.parse(JSON.parse(text))));
    batch.status = "completed";
    batch.endedAt = this.#seconds();
    batch.outputFileId = this.store(results.flatMap(({ ok, text }) => (ok ? `${text}\n` : [])).join(""));
    batch.errorFileId = this.store(results.flatMap(({ ok, text }) => (ok ? [] : `${text}\n`)).join(""));
  }

  /** Null, as the API has it, for a file with nothing in it. */
  store(text: string): string | null {
    if (text === "") return null;
    const id = `file-${randomUUID()}`;
    this.files.set(id, { name: "output.jsonl", text, fields: new Map() });
    return id;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#http[Symbol.asyncDispose]();
  }

  #answer(request: Received): Reply {
    const instead = this.before(request);
    if (instead !== null) return instead;
    const reply = this.#route(request);
    return this.after(request) ?? reply;
  }

  #route(request: Received): Reply {
    const [, , kind, id = "", action] = request.path.split("/");
    if (kind === "files") return request.method === "POST" ? this.#upload(request) : this.#file(id, action);
    if (kind !== "batches") return notFound("Unknown request URL");
    if (request.method === "GET") return id === "" ? this.#list(request) : this.#show(id);
    return action === "cancel" ? this.#cancel(id) : this.#create(request);
  }

  #upload({ headers, body }: Received): Reply {
    const { name, fields, text } = readMultipart(headers["content-type"] ?? "", body);
    if (!name.endsWith(".jsonl")) return refused("Invalid file format for Batch API. Must be .jsonl", "file");
    const id = `file-${randomUUID()}`;
    this.files.set(id, { name, text, fields: new Map(fields) });
    return {
      json: {
        id,
        object: "file",
        filename: name,
        bytes: text.length,
        purpose: "batch",
        created_at: this.#seconds(),
      },
    };
  }

  #file(id: string, action: string | undefined): Reply {
    const file = this.files.get(id);
    if (file === undefined) return notFound(`No such File object: ${id}`);
    return action === "content" ? { text: file.text } : { json: { id, object: "file", filename: file.name } };
  }

  #create({ body }: Received): Reply {
    const parsed = creation.safeParse(JSON.parse(body.toString()));
    if (!parsed.success) return refused("Invalid value", "endpoint");
    if (!this.files.has(parsed.data.input_file_id)) return refused("Cannot find file", "input_file_id");
    const batch: StoredBatch = {
      id: `batch_${randomUUID()}`,
      inputFileId: parsed.data.input_file_id,
      metadata: parsed.data.metadata ?? null,
      createdAt: this.#seconds(),
      status: "validating",
      endedAt: null,
      outputFileId: null,
      errorFileId: null,
    };
    this.batches.unshift(batch);
    return { json: this.#render(batch) };
  }

  #show(id: string): Reply {
    const batch = this.#get(id);
    return batch === undefined ? notFound(`No batch found with id '${id}'.`) : { json: this.#render(batch) };
  }

  #list({ query }: Received): Reply {
    const limit = Number(query.get("limit") ?? 20);
    const after = query.get("after");
    const start = after === null ? 0 : this.batches.findIndex(({ id }) => id === after) + 1;
    const page = this.batches.slice(start, start + limit);
    return {
      json: {
        object: "list",
        data: page.map((batch) => this.#render(batch)),
        first_id: page[0]?.id ?? null,
        last_id: page.at(-1)?.id ?? null,
        has_more: this.batches.length > start + limit,
      },
    };
  }

  #cancel(id: string): Reply {
    const batch = this.#get(id);
    if (batch === undefined) return notFound(`No batch found with id '${id}'.`);
    if (batch.status !== "validating") {
      const message = `Cannot cancel a batch with status '${batch.status}'.`;
      return {
        status: 409,
        json: { error: { message, type: "invalid_request_error", param: null, code: null } },
      };
    }
    batch.status = "cancelled";
    return { json: this.#render(batch) };
  }

  #get(id: string): StoredBatch | undefined {
    return this.batches.find((batch) => batch.id === id);
  }

  #render(batch: StoredBatch): unknown {
    const lines = (this.files.get(batch.inputFileId)?.text ?? "").trimEnd().split("\n").length;
    const isDone = batch.status === "completed";
    return {
      id: batch.id,
      object: "batch",
      endpoint: "/v1/chat/completions",
      errors: null,
      input_file_id: batch.inputFileId,
      completion_window: "24h",
      status: batch.status,
      output_file_id: batch.outputFileId,
      error_file_id: batch.errorFileId,
      created_at: batch.createdAt,
      completed_at: isDone ? batch.endedAt : null,
      request_counts: { total: lines, completed: isDone ? lines : 0, failed: 0 },
      metadata: batch.metadata,
    };
  }

  #work({ custom_id, body }: z.infer<typeof line>): { readonly ok: boolean; readonly text: string } {
    const text = this.#answers.get(body.messages.at(-1)?.content ?? "");
    const response =
      text === undefined
        ? {
            status_code: 400,
            body: { error: { message: "bad", type: "invalid_request_error", param: null, code: null } },
          }
        : { status_code: 200, body: chatCompletion(text, body.model) };
    const id = `batch_req_${custom_id}`;
    return { ok: text !== undefined, text: JSON.stringify({ id, custom_id, response, error: null }) };
  }

  #seconds(): number {
    return Math.floor(this.clock.now().getTime() / 1000);
  }
}

export function chatCompletion(text: string, model = "gpt-test"): unknown {
  return {
    id: "chatcmpl-1",
    object: "chat.completion",
    created: 1_795_161_600,
    model,
    choices: [
      {
        index: 0,
        message: { role: "assistant", content: text, refusal: null },
        logprobs: null,
        finish_reason: "stop",
      },
    ],
    usage: {
      prompt_tokens: 120,
      completion_tokens: 30,
      total_tokens: 150,
      prompt_tokens_details: { cached_tokens: 20, audio_tokens: 0 },
      completion_tokens_details: { reasoning_tokens: 10 },
    },
  };
}

function refused(message: string, param: string): Reply {
  return { status: 400, json: { error: { message, type: "invalid_request_error", param, code: null } } };
}

function notFound(message: string): Reply {
  return {
    status: 404,
    json: { error: { message, type: "invalid_request_error", param: null, code: null } },
  };
}

/** Enough of multipart for forms of text fields and one file. */
function readMultipart(
  contentType: string,
  body: Buffer,
): { readonly name: string; readonly text: string; readonly fields: readonly (readonly [string, string])[] } {
  const boundary = /boundary=(?<boundary>[^;]+)/u.exec(contentType)?.groups?.["boundary"] ?? "";
  const parts = body.toString().split(`--${boundary}`).slice(1, -1);
  const read = parts.map((part) => {
    const [head = "", ...rest] = part.slice(2).split("\r\n\r\n");
    const key = /name="(?<key>[^"]*)"/u.exec(head)?.groups?.["key"] ?? "";
    const file = /filename="(?<file>[^"]*)"/u.exec(head)?.groups?.["file"] ?? null;
    return { key, file, value: rest.join("\r\n\r\n").slice(0, -2) };
  });
  const upload = read.find(({ file }) => file !== null);
  return {
    name: upload?.file ?? "",
    text: upload?.value ?? "",
    fields: read.filter(({ file }) => file === null).map(({ key, value }) => [key, value] as const),
  };
}
