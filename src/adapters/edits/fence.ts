/** The line that opens a block: ``` or ~~~ of any length from three, with or without a language. */
export interface Fence {
  readonly mark: string;
  readonly tag: string;
}

export function openFence(line: string): Fence | null {
  const match = /^ {0,3}(?<mark>`{3,}|~{3,})[ \t]*(?<tag>[^`]*)$/u.exec(line);
  const mark = match?.groups?.["mark"];
  return mark === undefined ? null : { mark, tag: match?.groups?.["tag"]?.trim() ?? "" };
}

/** A closing line is bare, of the same character, and at least as long as the opening one. */
export function closesFence(line: string, fence: Fence): boolean {
  const bare = /^ {0,3}(?<mark>`{3,}|~{3,})[ \t]*$/u.exec(line)?.groups?.["mark"];
  return bare?.startsWith(fence.mark) ?? false;
}
