import { createRepository, type FixtureFiles, type FixtureRepository } from "../src/testing/git-fixtures.ts";
import { seededNumbers } from "./seeded.ts";

export const fileCount = 5_200;
const folders = 130;

/** A repository of the size of a grown product: some thousand text files of about 3 kB in a hundred folders. */
export function createLargeRepository(folder: string): FixtureRepository {
  return createRepository(folder, { files: makeFiles() });
}

export function pathOf(index: number): string {
  return `src/part-${index % folders}/file-${index}.txt`;
}

function makeFiles(): FixtureFiles {
  const next = seededNumbers();
  const line = (): string => `${next().toString(36).slice(2)} ${next().toString(36).slice(2)}`;
  const text = (): string => Array.from({ length: 40 + Math.floor(next() * 160) }, line).join("\n");
  return Object.fromEntries(Array.from({ length: fileCount }, (_, index) => [pathOf(index), `${text()}\n`]));
}
