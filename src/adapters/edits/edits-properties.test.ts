import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FencedEdits } from "./fenced-edits.ts";

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "aas-edits-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const edits = new FencedEdits();
const line = fc.oneof(
  fc.constantFrom("", "{", "}", "    return x;", "```", "````md", "=======", "<<<<<<< SEARCH", "FILE: a.txt"),
  fc.string({ unit: "grapheme" }).map((text) => text.replaceAll(/[\r\n\0]/gu, "").replace(/^\uFEFF/u, "")),
);

/** A fence that no line of the text can close or be taken for. */
function fenceFor(lines: readonly string[]): string {
  const longest = Math.max(2, ...lines.map((each) => /`+/u.exec(each)?.[0].length ?? 0));
  return "`".repeat(longest + 1);
}

test("a whole file reads back as it was written", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(line), fc.constantFrom("", "ts"), async (lines, tag) => {
      const file = join(folder, "whole.txt");
      rmSync(file, { force: true });
      const fence = fenceFor(lines);

      const outcome = await edits.apply(
        ["FILE: whole.txt", fence + tag, ...lines, fence, ""].join("\n"),
        folder,
      );

      expect(outcome).toEqual({ kind: "applied", files: ["whole.txt"] });
      expect(readFileSync(file, "utf8")).toBe(lines.map((each) => `${each}\n`).join(""));
    }),
    { numRuns: 60 },
  );
});

function joined(lines: readonly (readonly [string, string])[]): string {
  return lines.flat().join("");
}

test("search and replace touches its lines and no byte of the others, whatever their endings", async () => {
  const ended = fc.tuple(line, fc.constantFrom("\n", "\r\n"));
  await fc.assert(
    fc.asyncProperty(
      fc.array(ended),
      fc.array(ended),
      fc.array(
        line.filter((each) => !/^(?:={7}|<{7} SEARCH|>{7} REPLACE)\s*$/u.test(each)),
        { maxLength: 4 },
      ),
      async (above, below, put) => {
        const file = join(folder, "edit.txt");
        writeFileSync(file, `${joined(above)}the one place\n${joined(below)}`);

        const answer = [
          "EDIT: edit.txt",
          "```",
          "<<<<<<< SEARCH",
          "the one place",
          "=======",
          ...put,
          ">>>>>>> REPLACE",
          "```",
        ];
        const outcome = await edits.apply(answer.join("\n"), folder);

        const after = readFileSync(file, "utf8");
        expect(outcome.kind).toBe("applied");
        expect(after.startsWith(joined(above))).toBe(true);
        expect(after.endsWith(joined(below))).toBe(true);
        const middle = after.slice(joined(above).length, after.length - joined(below).length);
        expect(middle.split(/\r?\n/u)).toEqual([...put, ""]);
      },
    ),
    { numRuns: 60 },
  );
});
