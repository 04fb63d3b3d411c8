/** What people write for those who change their code, the most telling first. */
const names = [
  /^agents\.md$/u,
  /^contributing(?:\.md|\.rst|\.txt)?$/u,
  /^(?:conventions|style|styleguide|style-guide|coding-style)\.md$/u,
  /^\.editorconfig$/u,
  /^readme(?:\.md|\.rst|\.txt)?$/u,
];

const folders = new Set(["", "docs/", ".github/"]);

/** One file of each sort, in the order of their worth; at the root rather than in `docs/`. */
export function conventionFiles(paths: readonly string[]): readonly string[] {
  const known = paths.map(splitPath).filter(({ folder }) => folders.has(folder));
  return names.flatMap((name) => {
    const fitting = known.filter((path) => name.test(path.name.toLowerCase()));
    const [best] = fitting.toSorted(
      (a, b) => a.folder.length - b.folder.length || (a.name < b.name ? -1 : 1),
    );
    return best === undefined ? [] : [best.folder + best.name];
  });
}

function splitPath(path: string): { readonly folder: string; readonly name: string } {
  const slash = path.lastIndexOf("/") + 1;
  return { folder: path.slice(0, slash), name: path.slice(slash) };
}
