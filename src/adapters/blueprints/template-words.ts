/**
 * Faults that rendering does not show: strict templates refuse an undefined variable, but not one that goes through a
 * filter, and nothing refuses a declared variable that no template uses.
 */
export function findTemplateFaults(
  templates: ReadonlyMap<string, string>,
  declared: readonly string[],
): readonly string[] {
  const used = new Set<string>();
  const faults: string[] = [];
  for (const [name, template] of templates) {
    const local = localWords(template);
    for (const word of expressionWords(template)) {
      used.add(word);
      const isKnown = declared.includes(word) || local.has(word) || templateWords.has(word);
      if (!isKnown) faults.push(`${name} uses ${word}, which is not declared.`);
    }
  }
  const unused = declared.filter((variable) => !used.has(variable));
  return [...new Set(faults), ...unused.map((variable) => `No template uses the variable ${variable}.`)];
}

const templateWords = new Set(
  [
    "if elif else endif for in endfor set endset macro endmacro call endcall filter endfilter raw endraw",
    "and or not is true false none True False None loop range namespace dict do with endwith",
    "defined undefined even odd string number sequence mapping",
  ].flatMap((words) => words.split(" ")),
);

/** Names inside the tags that are neither text, attribute nor filter. */
function expressionWords(template: string): readonly string[] {
  return tagsOf(template).flatMap((tag) => {
    const code = tag
      .replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/gu, " ")
      .replaceAll(/[|.]\s*[a-zA-Z_]\w*/gu, " ")
      .replaceAll(/[a-zA-Z_]\w*\s*=(?!=)/gu, " ");
    return code.match(/(?<![\w])[a-zA-Z_]\w*/gu) ?? [];
  });
}

/** What `for`, `set` and `macro` name. */
function localWords(template: string): ReadonlySet<string> {
  const heads = tagsOf(template).flatMap((tag) => {
    const match = /^-?\s*(?:for\s+(?<items>.+?)\s+in\b|(?:set|macro)\s+(?<names>[^=]+))/u.exec(tag);
    return [match?.groups?.["items"] ?? match?.groups?.["names"] ?? ""];
  });
  return new Set(heads.flatMap((head) => head.match(/[a-zA-Z_]\w*/gu) ?? []));
}

function tagsOf(template: string): readonly string[] {
  const withoutComments = template.replaceAll(/\{#[\s\S]*?#\}/gu, "");
  return [...withoutComments.matchAll(/\{[{%](?<inside>[\s\S]*?)[%}]\}/gu)].map(
    (match) => match.groups?.["inside"] ?? "",
  );
}
