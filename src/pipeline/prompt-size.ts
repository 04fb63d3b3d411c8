/** Three characters a token is more than any tokenizer makes of text and code. */
const charactersPerToken = 3;

/** The most tokens that a text can be. */
export function tokensOf(text: string): number {
  return Math.ceil(text.length / charactersPerToken);
}
