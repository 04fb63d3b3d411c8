/** The board in a person's checkout: the one file there that we write. */
export const boardFileName = "ACTIVE_TASKS.md";

/** What people changed: that the board is not as it was committed is our doing. */
export function withoutBoard(files: readonly string[]): readonly string[] {
  return files.filter((file) => file !== boardFileName);
}
