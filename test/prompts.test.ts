import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const folder = new URL("../prompts/", import.meta.url);
const files = readdirSync(folder).toSorted();

/** What was sent under the name of a version must be found under it: a changed text is another version. */
const digests: Readonly<Record<string, string>> = {
  "analyse.v1.md": "e7cbee71abd923ce",
  "build.v1.md": "3cdf663ec6e4499b",
  "build.v2.md": "1b214056b0462e3f",
  "plan.v1.md": "6c000566d00d21dc",
};

test("every file of prompts/ is a version of a prompt", () => {
  expect(files.filter((file) => !/^[a-z]+\.v[1-9]\d*\.md$/u.test(file))).toEqual([]);
});

test("a version of a prompt never changes: another text is a file of its own", () => {
  const found = files.map((file) => [file, digestOf(readFileSync(new URL(file, folder), "utf8"))]);

  expect(Object.fromEntries(found)).toEqual(digests);
});

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
