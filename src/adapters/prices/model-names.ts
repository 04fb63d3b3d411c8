/**
 * Names under which a model may be listed, the nearest first: as it is, without the folders that some vendors put before
 * it, without the date of a snapshot, without a tag that names no other price.
 */
export function namesOfModel(name: string): readonly string[] {
  const plain = name.trim().replace(/^(?:publishers\/[^/]+\/)?models\//u, "");
  const undated = plain
    .replace(/[-@]20\d{2}-?(?:0[1-9]|1[0-2])-?(?:0[1-9]|[12]\d|3[01])$/u, "")
    .replace(/[-:@](?:latest|default)$/u, "");
  return [...new Set([plain, undated])].filter((each) => each !== "");
}
