/**
 * The wording rules that all blueprints share. A goal is served only when every word of it is understood: whoever asks
 * for more than a blueprint makes must not get half of it as done.
 *
 * A blueprint's own pattern describes the thing: plain words, `{name}` for one to three words or a quoted text, and
 * `{identifier}` for a quoted text or a word with `_` or `-`.
 */
export function compileGoalPattern(pattern: string, languages: readonly string[]): RegExp {
  const thing = pattern.split(" ").map((part) => placeholders[part] ?? escapePattern(part));
  const language = `(?:(?<language>${anyOf(languages)}) )?`;
  return new RegExp(`^${opening}${language}${thing.join(" ")}(?<tail>${tailStart}.*|)$`, "iu");
}

export function anyOf(words: readonly string[]): string {
  const longestFirst = words.toSorted((one, other) => other.length - one.length);
  return `(?:${longestFirst.map(escapePattern).join("|")})`;
}

/** After these a word is over: `in` is, `into` is not. */
export const wordEnd = "(?![\\p{L}\\p{N}_])";

function escapePattern(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/gu, String.raw`\$&`);
}

function spaced(words: string): string {
  return `(?:${words.split(", ").join("|")})`;
}

const polite = `(?:${spaced(
  "please, kindly, can you, could you, would you, let['’]?s, let us, (?:i|we) (?:want|need)(?: you)? to, (?:(?:i|we) would|(?:i|we)['’]?d) like(?: you)? to",
)} )*`;
const verb = spaced(
  "create, add, make, build, write, generate, scaffold, set up, setup, bootstrap, implement, develop, draft",
);
const wish = spaced("(?:i|we) (?:want|need|would like), (?:i|we)['’]d like, give");
const adjective = "new, simple, small, minimal, basic, tiny, little";
const asked = `(?:${verb}|${wish})(?: me| us)?(?: ${spaced("a, an, the, another, one, my, our")})? `;
const opening = `${polite}(?:${asked}|(?:${spaced("a, an, another, new")} )+)(?:${spaced(adjective)} )*`;

const tailStart = `,? ${spaced("in, using, with, written, for, to, under, inside, into, please, that, which")}${wordEnd}`;

const stopWords =
  "a, an, the, and, or, but, then, also, that, which, who, whose, to, for, from, of, with, without, using, use, via, in, into, on, onto, at, by, as, so, if, when, while, where, is, are, was, were, be, been, has, have, does, do, not, it, its, this, these, those, my, our, your, their, all, any, every, some, plus, including, after, before, between, like, than, called, named";

/** Dots stand only inside a word: one at its end closes a sentence, and what follows it is no part of a name. */
const letters = "[\\p{L}\\p{M}\\p{N}_]+";
const word = `(?!${spaced(`${stopWords}, ${adjective}`)}(?![\\p{L}\\p{N}_'’-]))(?:\\.{0,2}[/\\\\])*${letters}(?:[-./\\\\'’]+${letters})*`;
const quoted = "\"[^\"]+\"|`[^`]+`|'[^']+'|“[^”]+”|„[^“”]+[“”]|‘[^’]+’";

const placeholders: Readonly<Record<string, string>> = {
  "{name}": `(?<name>${quoted}|${word}(?: ${word}){0,2}?)`,
  "{identifier}": `(?<name>${quoted}|(?=\\S*[_-])${word})`,
};
