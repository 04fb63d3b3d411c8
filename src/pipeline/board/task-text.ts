/** A task's description and the criteria people wrote for it, which the board shows as a list of their own. */
export interface TaskText {
  readonly description: string;
  readonly criteria: readonly string[];
}

const marker = "Acceptance criteria:\n";

/** One text, so that whoever is told the description is told the criteria too. */
export function joinTaskText({ description, criteria }: TaskText): string {
  if (criteria.length === 0) return description;
  const list = marker + criteria.map((each) => `- ${each}`).join("\n");
  return description === "" ? list : `${description}\n\n${list}`;
}

/** Only a list at the very end, as `joinTaskText` writes it, is taken apart. */
export function splitTaskText(text: string): TaskText {
  const at = text.startsWith(marker) ? 0 : text.lastIndexOf(`\n\n${marker}`) + 2;
  const lines = at === 1 ? [] : text.slice(at + marker.length).split("\n");
  const isList = lines.length > 0 && lines.every((line) => /^- \S/u.test(line));
  if (!isList) return { description: text, criteria: [] };
  return { description: text.slice(0, Math.max(0, at - 2)), criteria: lines.map((line) => line.slice(2)) };
}

/** A command as people read it; nothing ever reads it back. */
export function renderCommand(words: readonly string[]): string {
  const line = words.map(quoteWord).join(" ");
  return line.includes("`") ? `\`\` ${line} \`\`` : `\`${line}\``;
}

function quoteWord(word: string): string {
  return /^[\w@%+=:,./-]+$/u.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
