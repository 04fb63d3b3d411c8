/**
 * Whether a text leaves code out and says so: `// ... existing code ...`. Builders that are models do this; such a file
 * would lose what the placeholder stands for. Only a whole comment, or a whole line of words after an ellipsis, counts.
 */
export function hasTruncationMark(path: string, text: string): boolean {
  const readWords = prose.test(path) ? wordsInProse : wordsInCode;
  return text
    .split(/[\r\n]+/u)
    .some((line) => line.length <= maxLineLength && readWords(line).some(isPlaceholder));
}

const maxLineLength = 300;

/** Here an ellipsis, a heading or a list is ordinary text, and code is only shown. */
const prose = /\.(?:md|mdx|markdown|rst|adoc|txt|org)$/iu;

const htmlMark = /<!--/u;
/** Not within a quoted text. */
const commentMark = /^(?:[^"`]|"[^"]*"|`[^`]*`)*?(?:^|[\s{(%])(?:\/\/+|\/\*+|#+|<!--)/u;
const lineMark = /^\s*(?:--+|;+|%+|\*|\(\*|\{-|\{\{!(?:--)?|'|"""|'''|@?rem\b|dnl\b)/iu;
const bareEllipsis = /^\s*[[(<]?\s*(?:\.{3,}|…)[\s([]/u;

function wordsInProse(line: string): readonly string[] {
  return line.split(htmlMark).slice(1);
}

function wordsInCode(line: string): readonly string[] {
  const bare = bareEllipsis.test(line) ? [line] : [];
  return [...line.split(commentMark).slice(1), ...line.split(lineMark).slice(1), ...bare];
}

const filler =
  "(?:(?:keep|insert|include|add|put|paste|and|plus|with|all|any|of|the|your|my|our|this|that) )*";
const adjective = "(?:remaining|existing|other|previous|same|unchanged|original|omitted|current)";
const noun =
  "(?:code|contents?|files?|functions?|methods?|lines?|implementations?|imports?|exports?|logic|class(?:es)?|components?|modules?|scripts?|body|definitions?|fields?|props|properties|routes?|handlers?|styles?|rules?|tests?|cases?|config(?:uration)?|options|entries|items|members|statements?|variables|constants|types|markup|html|page|layout|template|query|program|document|section|sections|schema|keys|values|setup|steps?)";
const tail =
  "(?: (?:go(?:es)? |is |are |remains? |stays? |continues? )?(?:here|unchanged|omitted|truncated|the same|intact|as before|as is|as it was|same as before|not shown)(?: for (?:brevity|clarity))?)";
const place = "(?: (?:above|below|before|follows?|remains?|stays?))";

/** What may stand after an ellipsis. */
const afterEllipsis = new RegExp(
  [
    `^${filler}(?:rest|remainder)(?: of ${filler}(?:\\w+ ){0,2}${noun})?(?:${tail}|${place})?$`,
    `^${filler}${adjective} (?:\\w+ ){0,2}${noun}(?:${tail}|${place})?$`,
    "^(?:unchanged|omitted|truncated|(?:same )?as (?:before|above)|no changes?|remains? unchanged|stays? the same)(?: here)?$",
    `^\\d+ (?:more |other )?lines?(?:${tail})?$`,
  ].join("|"),
  "u",
);

/** What says as much without an ellipsis. */
const plainWords = new RegExp(
  [
    `^${filler}(?:rest|remainder) of ${filler}(?:\\w+ ){0,2}${noun}${tail}$`,
    `^${filler}(?:existing|previous|remaining|original|other) (?:\\w+ )?(?:code|implementation|methods|functions|logic|imports)${tail}$`,
    "\\b(?:omitted|truncated|shortened|elided) for (?:brevity|clarity)$",
  ].join("|"),
  "u",
);

const betweenEllipses = new RegExp(`^${filler}(?:rest|${adjective})(?: \\w+){0,4}$`, "u");

function isPlaceholder(comment: string): boolean {
  const text = comment.toLowerCase();
  const before = text.replace(/[\p{L}\d].*$/u, "");
  const after = text.replace(/^.*[\p{L}\d]/u, "");
  const words = text.replaceAll(/[^\p{L}\d]+/gu, " ").trim();
  if (plainWords.test(words)) return true;
  if (!hasEllipsis(before)) return false;
  return afterEllipsis.test(words) || (hasEllipsis(after) && betweenEllipses.test(words));
}

function hasEllipsis(text: string): boolean {
  return /\.{3}|…/u.test(text);
}
