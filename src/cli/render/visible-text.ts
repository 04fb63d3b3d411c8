/**
 * Titles, diffs and messages may be a model's or a repository's. A terminal shall show what is there: a character that
 * moves the cursor, hides text or turns its direction around would let a diff look like another one.
 */
export function toVisibleText(text: string): string {
  return text.replaceAll(commanding, (character) => nameOf(character.codePointAt(0) ?? 0));
}

/** Control characters but line ends and tabs, and the marks that reverse the direction of text. */
const commanding = /(?!\r\n|[\t\n])[\p{Cc}\u200E\u200F\u061C\u202A-\u202E\u2066-\u2069\uFEFF]/gu;

function nameOf(point: number): string {
  if (point < 0x20) return String.fromCodePoint(0x2400 + point);
  return `<U+${point.toString(16).toUpperCase().padStart(4, "0")}>`;
}
