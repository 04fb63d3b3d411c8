import { createReadStream } from "node:fs";

/**
 * The lines of a file, ended by line feeds alone: a text in it may hold any other character that looks like the end of a
 * line, which Node's own reader takes for one.
 */
export async function* readLines(file: string): AsyncGenerator<string> {
  let open: string[] = [];
  for await (const chunk of createReadStream(file, { encoding: "utf8", highWaterMark: 256 * 1024 })) {
    const [first = "", ...rest] = String(chunk).split("\n");
    open.push(first);
    for (const piece of rest) {
      yield open.join("");
      open = [piece];
    }
  }
  const last = open.join("");
  if (last !== "") yield last;
}
