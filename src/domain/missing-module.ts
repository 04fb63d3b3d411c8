const complaints = [
  /Cannot find (?:package|module) '(?<name>[^'\n]+)'/u,
  /ModuleNotFoundError: No module named '(?<name>[^'\n]+)'/u,
];

/** What a program says that it could not load, in the words of Node and Python; null: it does not say so. */
function missingModuleIn(printed: string): string | null {
  for (const complaint of complaints) {
    const name = complaint.exec(printed)?.groups?.["name"];
    if (name !== undefined) return name;
  }
  return null;
}

/** The likely cause of a check that fails on a base which is green outside of the sandbox; null: nothing points to it. */
export function explainMissingModule(printed: string): string | null {
  const name = missingModuleIn(printed);
  if (name === null) return null;
  return `${name} is not in the sandbox: of what git ignores (node_modules, .venv) nothing is. See "Checks see what git has" in docs/settings.md.`;
}
