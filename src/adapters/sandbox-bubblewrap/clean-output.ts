/**
 * Output of a judged program goes to terminals, reports and prompts: escape sequences, control characters and characters
 * that reorder text are removed, so that what a person sees is what is there.
 */
export function cleanOutput(bytes: Buffer): string {
  return new TextDecoder("utf-8")
    .decode(bytes)
    .replaceAll("\r\n", "\n")
    .replaceAll(escapeSequences, "")
    .replaceAll(invisibleCharacters, "");
}

const escape = String.fromCodePoint(0x1b);
const bell = String.fromCodePoint(0x07);
const c1 = {
  deviceControl: String.fromCodePoint(0x90),
  sequence: String.fromCodePoint(0x9b),
  stringEnd: String.fromCodePoint(0x9c),
  systemCommand: String.fromCodePoint(0x9d),
};

/** Window titles, links and clipboard writes with their text; then colours and cursor moves; then the short ones. */
const escapeSequences = new RegExp(
  [
    `(?:${escape}[\\]PX^_]|${c1.systemCommand}|${c1.deviceControl})[^${bell}${escape}${c1.stringEnd}\n]*(?:${bell}|${escape}\\\\|${c1.stringEnd})?`,
    `(?:${escape}\\[|${c1.sequence})[0-?]*[ -/]*[@-~]?`,
    `${escape}[ -/]*[0-~]?`,
  ].join("|"),
  "gu",
);

/** All control characters but tab and line feed, and the marks that reverse the direction of text. */
const invisibleCharacters = /(?![\t\n])[\p{Cc}\u200E\u200F\u061C\u202A-\u202E\u2066-\u2069\uFEFF]/gu;

/** Keeps the first bytes of a stream and counts the rest, so that a flood costs no memory. */
export class CappedOutput {
  readonly #limit: number;
  readonly #chunks: Buffer[] = [];
  #kept = 0;
  #isTruncated = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(chunk: Buffer): void {
    const room = this.#limit - this.#kept;
    if (chunk.length > room) this.#isTruncated = true;
    if (room <= 0) return;
    const part = chunk.length > room ? Buffer.from(chunk.subarray(0, room)) : chunk;
    this.#chunks.push(part);
    this.#kept += part.length;
  }

  get isTruncated(): boolean {
    return this.#isTruncated;
  }

  text(): string {
    return cleanOutput(Buffer.concat(this.#chunks));
  }
}
