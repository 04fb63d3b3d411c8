/** Three bytes a token is more than tokenizers make of text and code, in any script. */
const bytesPerToken = 3;

/** The most tokens that a text can be. */
export function tokensOf(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / bytesPerToken);
}
