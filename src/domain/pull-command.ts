/** How a person's checkout gets what landed. Null: the base lives in our own repository, their remote `aas`. */
export function pullCommand(remote: string | null, branch: string): string {
  if (remote !== null) return `git pull --ff-only ${remote} ${branch}`;
  return `git fetch aas && git merge --ff-only aas/${branch}`;
}
