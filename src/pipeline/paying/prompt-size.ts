/** What providers write around a request and charge for: roles, and the words that make a schema binding. */
const wrappingTokens = 600;

/**
 * The most tokens that a text can be. Tokenizers that fall back to bytes never make more tokens than bytes: prose has three
 * or four bytes a token, but hashes, lock files and some scripts come close to one, and a cap must hold for them too.
 */
export function tokensOf(text: string): number {
  return wrappingTokens + Buffer.byteLength(text);
}
