import { parsePromptTemplate, type PromptTemplate } from "./prompt-template.ts";

/** What models are asked with, each in its newest version. */
export interface Prompts {
  readonly plan: PromptTemplate;
  readonly analyse: PromptTemplate;
  readonly build: PromptTemplate;
}

/** Out of the files of `prompts/`, by their names: `plan.v1.md`. Older versions stay there to be read by people. */
export function parsePrompts(files: ReadonlyMap<string, string>): Prompts {
  return {
    plan: newestOf("plan", files),
    analyse: newestOf("analyse", files),
    build: newestOf("build", files),
  };
}

function newestOf(name: keyof Prompts, files: ReadonlyMap<string, string>): PromptTemplate {
  const numbers = [...files.keys()].flatMap((file) => {
    const number = new RegExp(`^${name}\\.v(?<number>[1-9]\\d*)\\.md$`, "u").exec(file)?.groups?.["number"];
    return number === undefined ? [] : [Number(number)];
  });
  if (numbers.length === 0) throw new TypeError(`There is no prompt ${name}.`);
  const version = `${name}.v${Math.max(...numbers)}`;
  return parsePromptTemplate(version, files.get(`${version}.md`) ?? "");
}
