/** One version of what a model is asked with: a text for every request, and sections that each request fills in. */
export interface PromptTemplate {
  /** `plan.v1`: recorded with every request that is made of it. */
  readonly version: string;
  readonly system: string;
  readonly sections: readonly string[];
}

export interface FilledPrompt {
  readonly promptVersion: string;
  readonly system: string;
  readonly prompt: string;
}

/** Reads a file of `prompts/`: a part `# System`, then a part `# Request` of sections that begin with `## `. */
export function parsePromptTemplate(version: string, text: string): PromptTemplate {
  const parts = /^# System\n(?<system>[\s\S]+?)\n# Request\n(?<request>[\s\S]+)$/u.exec(
    text.replaceAll("\r\n", "\n"),
  )?.groups;
  const system = parts?.["system"]?.trim() ?? "";
  const sections = (parts?.["request"] ?? "").split(/^(?=## )/mu).map((section) => section.trim());
  const filled = sections.filter((section) => section !== "");
  if (system === "" || filled.length === 0 || filled.some((section) => !section.startsWith("## "))) {
    throw new TypeError(`The prompt ${version} has no "# System" and "# Request" with sections.`);
  }
  return { version, system, sections: filled };
}

const place = /\{\{(?<name>[a-zA-Z]+)\}\}/gu;

/** Names that a template wants values for. */
export function placesOf({ sections }: PromptTemplate): readonly string[] {
  const names = sections.flatMap((section) => [...section.matchAll(place)]);
  return [...new Set(names.map(({ groups }) => groups?.["name"] ?? ""))];
}

/** A section whose values are all empty is left out. Values are put in as they are; a place in them is only text. */
export function fillPrompt(template: PromptTemplate, values: Readonly<Record<string, string>>): FilledPrompt {
  const filled = template.sections.filter((section) => hasContent(section, template, values));
  const texts = filled.map((section) =>
    section.replace(place, (_, name: string) => valueOf(template, values, name).trim()),
  );
  return {
    promptVersion: template.version,
    system: template.system,
    prompt: texts.map((text) => `${text}\n\n`).join(""),
  };
}

function hasContent(
  section: string,
  template: PromptTemplate,
  values: Readonly<Record<string, string>>,
): boolean {
  const names = [...section.matchAll(place)].map(({ groups }) => groups?.["name"] ?? "");
  return names.length === 0 || names.some((name) => valueOf(template, values, name).trim() !== "");
}

function valueOf(
  { version }: PromptTemplate,
  values: Readonly<Record<string, string>>,
  name: string,
): string {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  if (value === undefined) throw new TypeError(`The prompt ${version} wants ${name}, which nobody gives.`);
  return value;
}
