/** What git keeps under a path. */
export type FileKind = "file" | "executable" | "symlink" | "submodule";
