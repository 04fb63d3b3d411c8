const newline = 0x0a;

/**
 * The lines of a stream of bytes, one at a time and never more of it in memory. Only \n ends a line (U+2028 stands inside
 * of JSON strings); a byte order mark and a \r at the end go; a line of more than `maxBytes` is left out.
 */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<string, void> {
  const line = new OpenLine(maxBytes);
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      line.add(chunk.subarray(start, end));
      const text = line.take();
      if (text !== null) yield text;
      start = end + 1;
    }
    line.add(chunk.subarray(start));
  }
  const last = line.take();
  if (last !== null && last !== "") yield last;
}

/** The line that is being read. */
class OpenLine {
  readonly #maxBytes: number;
  readonly #decoder = new TextDecoder();
  #parts: Uint8Array[] = [];
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  add(part: Uint8Array): void {
    this.#bytes += part.length;
    if (this.#bytes > this.#maxBytes) this.#parts = [];
    else if (part.length > 0) this.#parts.push(part);
  }

  /** Null: it was too long. */
  take(): string | null {
    const isTooLong = this.#bytes > this.#maxBytes;
    const [only] = this.#parts;
    const bytes = this.#parts.length === 1 && only !== undefined ? only : Buffer.concat(this.#parts);
    this.#parts = [];
    this.#bytes = 0;
    if (isTooLong) return null;
    const text = this.#decoder.decode(bytes);
    return text.endsWith("\r") ? text.slice(0, -1) : text;
  }
}
