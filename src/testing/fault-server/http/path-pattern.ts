/** `/v1/batches/{id}/cancel` as a pattern; a name in braces stands for one part of a path, without `:`. */
export function toPathPattern(template: string): RegExp {
  const parts = template.split(/(?<name>\{\w+\}|\*)/u).map((part) => {
    const name = /^\{(?<name>\w+)\}$/u.exec(part)?.groups?.["name"];
    if (name !== undefined) return `(?<${name}>[^/:]+)`;
    return part === "*" ? ".*" : part.replaceAll(/[.*+?^${}()|[\]\\]/gu, String.raw`\$&`);
  });
  // split() repeats what the group took.
  return new RegExp(`^${parts.join("")}$`, "u");
}
