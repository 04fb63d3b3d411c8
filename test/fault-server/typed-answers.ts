import { execFile } from "node:child_process";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The vendors' own types; on the wire they write null for what their types leave out. */
const prelude = `
import type { OpenAI } from "openai";
import type { Anthropic } from "@anthropic-ai/sdk";
type Absent<T, K extends keyof T> = undefined extends T[K] ? null : never;
type Wire<T> = T extends readonly (infer One)[] ? Wire<One>[]
  : T extends object ? { [K in keyof T]: Wire<T[K]> | Absent<T, K> }
  : T;
`;

/** What the compiler finds wrong in answers when each is held against a type of the official clients; empty: nothing. */
export async function typeFaults(
  answers: readonly { readonly type: string; readonly value: unknown }[],
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "aas-typed-answers-"));
  try {
    await symlink(join(root, "node_modules"), join(folder, "node_modules"));
    const lines = answers.map(
      ({ type, value }, index) => `export const answer${index}: Wire<${type}> = ${JSON.stringify(value)};`,
    );
    await writeFile(join(folder, "package.json"), '{"type":"module"}');
    await writeFile(join(folder, "answers.ts"), prelude + lines.join("\n"));
    return await compile(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function compile(folder: string): Promise<string> {
  const flags = ["--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", "--types", ""];
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  return new Promise((resolve) => {
    execFile(process.execPath, [tsc, ...flags, "answers.ts"], { cwd: folder }, (_error, stdout, stderr) => {
      resolve(stdout + stderr);
    });
  });
}
