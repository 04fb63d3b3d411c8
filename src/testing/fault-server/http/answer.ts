import type { Json } from "../../../domain/json.ts";
import type { Delivery } from "../money/delivery.ts";

/** What the server says, before any fault touches it. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Ids of what this request brought into being. */
  readonly created: readonly string[];
  /** The requests of a batch that this exchange is about. */
  readonly customIds: readonly string[];
  /** What the client owes once these bytes went out. */
  readonly delivery: Delivery | null;
}

type Told = Partial<Omit<Answer, "status" | "body">>;

export function jsonAnswer(status: number, value: Json, told: Told = {}): Answer {
  const body = Buffer.from(JSON.stringify(value));
  return bytesAnswer(status, body, {
    ...told,
    headers: { "content-type": "application/json", ...told.headers },
  });
}

export function bytesAnswer(status: number, body: Buffer, told: Told = {}): Answer {
  return { status, headers: {}, created: [], customIds: [], delivery: null, ...told, body };
}
