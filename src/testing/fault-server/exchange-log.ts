import { appendFileSync } from "node:fs";

/** One request and what became of it. */
export interface Exchange {
  readonly at: string;
  readonly method: string;
  /** As it was asked, with its query. */
  readonly path: string;
  readonly requestBytes: number;
  /** Null: the client was told nothing. */
  readonly status: number | null;
  readonly sentBytes: number;
  /** What this request brought into being, whatever the client was told of it. */
  readonly created: readonly string[];
  readonly customIds: readonly string[];
  /** The fault that hit it. */
  readonly fault: string | null;
}

/** Everything that was asked and answered, in memory and, where a file is named, as lines of JSON. */
export class ExchangeLog {
  readonly #exchanges: Exchange[] = [];
  readonly #file: string | null;

  constructor(file: string | null) {
    this.#file = file;
  }

  get exchanges(): readonly Exchange[] {
    return this.#exchanges;
  }

  add(exchange: Exchange): void {
    this.#exchanges.push(exchange);
    if (this.#file !== null) appendFileSync(this.#file, `${JSON.stringify(exchange)}\n`);
  }
}
