import { chown, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { insidePaths, type Mount } from "./sandbox-mounts.ts";

/** What one job needs of the host's disk while it runs. */
export interface JobFolder {
  readonly path: string;
  readonly reportPath: string;
  readonly mounts: readonly Mount[];
}

export async function withJobFolder<Result>(
  scratchFolder: string,
  owner: number | null,
  work: (folder: JobFolder) => Promise<Result>,
): Promise<Result> {
  await mkdir(scratchFolder, { recursive: true, mode: 0o700 });
  const path = await mkdtemp(join(scratchFolder, "job-"));
  try {
    return await work(await fill(path, owner));
  } finally {
    await rm(path, { recursive: true, force: true });
  }
}

/** The few files of /etc without which a program cannot name its own user or the loopback address. */
const systemFiles = {
  passwd: "user:x:1000:1000::/home:/bin/sh\n",
  group: "user:x:1000:\n",
  hosts: "127.0.0.1 localhost\n",
};

async function fill(path: string, owner: number | null): Promise<JobFolder> {
  const reportPath = join(path, "report");
  await writeFile(reportPath, "", { mode: 0o600 });
  if (owner !== null) await chown(reportPath, owner, owner);
  const files = Object.entries(systemFiles).map(([name, text]) => ({ name, text, source: join(path, name) }));
  for (const file of files) await writeFile(file.source, file.text, { mode: 0o644 });
  return {
    path,
    reportPath,
    mounts: [
      ...files.map(({ name, source }) => ({
        source,
        target: `/etc/${name}`,
        kind: "file" as const,
        isWritable: false,
      })),
      // One file, not a folder: the only writable place of the host is bounded and can never become a link or a pipe.
      { source: reportPath, target: insidePaths.report, kind: "file", isWritable: true },
    ],
  };
}
