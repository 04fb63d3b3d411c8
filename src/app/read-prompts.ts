import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parsePrompts, type Prompts } from "../pipeline/prompting/prompts.ts";
import { packageRoot } from "./package-root.ts";

/** The prompts that came with this package. */
export async function readPrompts(folder = join(packageRoot(), "prompts")): Promise<Prompts> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".md"));
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
  return parsePrompts(new Map(names.map((name, index) => [name, texts[index] ?? ""])));
}
