import { AasError } from "../../domain/errors.ts";
import type { Sha } from "../../domain/ids.ts";
import type { LooseObjects } from "./loose-objects.ts";
import { assertNewPath } from "./names.ts";
import type { ObjectReader } from "./object-reader.ts";
import { folderMode, parseTree, renderTree } from "./tree-objects.ts";
import type { TreeEntry } from "./tree-objects.ts";

export interface ObjectStore {
  readonly reader: ObjectReader;
  readonly loose: LooseObjects;
}

/** What is to become of one folder: files of it (null: deleted) and what is to become of its folders. */
interface FolderEdit {
  readonly files: Map<string, Sha | null>;
  readonly folders: Map<string, FolderEdit>;
}

/** Reads and writes only the folders on the way to the changed files, so the cost does not grow with the repository. */
export async function writeTree(
  store: ObjectStore,
  from: Sha | null,
  files: ReadonlyMap<string, Buffer | null>,
): Promise<Sha> {
  const edit = newEdit();
  for (const path of files.keys()) assertNewPath(path);
  for (const [path, content] of files) {
    place(edit, path, content === null ? null : await store.loose.write("blob", content));
  }
  const root = from === null ? null : (await store.reader.get(from, "tree")).sha;
  return (await applyEdit(store, root, edit)) ?? (await store.loose.write("tree", Buffer.alloc(0)));
}

function newEdit(): FolderEdit {
  return { files: new Map(), folders: new Map() };
}

function place(edit: FolderEdit, path: string, blob: Sha | null): void {
  const parts = Buffer.from(path).toString("latin1").split("/");
  const name = parts.pop() ?? "";
  let folder = edit;
  for (const part of parts) {
    const inner = folder.folders.get(part) ?? newEdit();
    folder.folders.set(part, inner);
    folder = inner;
  }
  folder.files.set(name, blob);
}

/** Null when nothing is left in the folder: git has no empty folders. */
async function applyEdit(store: ObjectStore, tree: Sha | null, edit: FolderEdit): Promise<Sha | null> {
  const before = tree === null ? [] : parseTree((await store.reader.get(tree)).content);
  const entries = new Map(before.map((entry) => [entry.name, entry]));
  for (const [name, blob] of edit.files) if (blob === null) deleteFile(entries, name);
  for (const [name, inner] of edit.folders) await editFolder(store, entries, { name, inner });
  for (const [name, blob] of edit.files) if (blob !== null) writeFile(entries, name, blob);
  if (entries.size === 0) return null;
  return await store.loose.write("tree", renderTree([...entries.values()]));
}

function deleteFile(entries: Map<string, TreeEntry>, name: string): void {
  if (entries.get(name)?.mode !== folderMode) entries.delete(name);
}

async function editFolder(
  store: ObjectStore,
  entries: Map<string, TreeEntry>,
  { name, inner }: { readonly name: string; readonly inner: FolderEdit },
): Promise<void> {
  const found = entries.get(name);
  if (found !== undefined && found.mode !== folderMode) {
    // Deleting below something that is no folder deletes nothing.
    if (isOnlyDeleting(inner)) return;
    throw clash(name, "a file stands where a folder is needed");
  }
  const sha = await applyEdit(store, found?.sha ?? null, inner);
  if (sha === null) entries.delete(name);
  else entries.set(name, { mode: folderMode, name, sha });
}

function writeFile(entries: Map<string, TreeEntry>, name: string, sha: Sha): void {
  const found = entries.get(name);
  if (found?.mode === folderMode) throw clash(name, "a folder stands where a file is to be written");
  if (found?.mode === "160000") throw clash(name, "a submodule stands where a file is to be written");
  entries.set(name, { mode: found?.mode === "100755" ? "100755" : "100644", name, sha });
}

function isOnlyDeleting(edit: FolderEdit): boolean {
  return (
    [...edit.files.values()].every((blob) => blob === null) &&
    [...edit.folders.values()].every(isOnlyDeleting)
  );
}

function clash(name: string, complaint: string): AasError {
  return new AasError("conflict", `${JSON.stringify(Buffer.from(name, "latin1").toString())}: ${complaint}.`);
}
