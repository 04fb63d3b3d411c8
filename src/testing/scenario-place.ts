import { join } from "node:path";
import { type GitMirror, openGitMirror } from "../adapters/git-cli/git-mirror.ts";
import { openPostgresDatabase } from "../adapters/postgres/postgres-database.ts";
import { makeId } from "../domain/ids.ts";
import type { Database } from "../ports/database.ts";
import type { Project } from "../ports/project-store.ts";
import {
  createBareRepository,
  createRepository,
  type FixtureFiles,
  type FixtureRepository,
  openRepository,
  temporaryFolder,
} from "./git-fixtures.ts";
import { databaseForTests } from "./postgres-for-tests.ts";
import { sampleProject } from "./samples.ts";

export interface PlaceOptions {
  readonly files: FixtureFiles;
  /** The title of the first commit. */
  readonly firstCommit?: string;
  /** Where the base branch lives: our own repository, or a remote that others use too. */
  readonly home?: "own" | "remote";
}

/** Where a scenario plays: a person's repository, the mirror of it and a database, which go with it. */
export interface ScenarioPlace extends AsyncDisposable {
  readonly folder: string;
  /** The person's checkout. */
  readonly repository: FixtureRepository;
  /** The repository whose base branch moves. */
  readonly base: FixtureRepository;
  readonly git: GitMirror;
  readonly db: Database;
  readonly project: Project;
}

export async function openPlace(options: PlaceOptions): Promise<ScenarioPlace> {
  const temporary = temporaryFolder("aas-scenario-");
  const folder = temporary.path;
  const repository = createRepository(join(folder, "repository"), {
    files: options.files,
    ...(options.firstCommit === undefined ? {} : { message: options.firstCommit }),
  });
  const mirrorFolder = join(folder, "mirror.git");
  const env = { PATH: process.env["PATH"] ?? "/usr/bin:/bin" };
  const git = await openGitMirror({ mirrorFolder, worktreeRoot: join(folder, "work"), env });
  const { url, drop } = await databaseForTests();
  const db = await openPostgresDatabase({ url, maxConnections: 6 });
  const project = sampleProject({ id: makeId("prj", "scenario"), repository: repository.folder });
  await db.projects.insert(project);
  const base =
    options.home === "remote"
      ? createBareRepository(join(folder, "remote.git"), repository)
      : openRepository(mirrorFolder);
  return {
    folder,
    repository,
    base,
    git,
    db,
    project,
    [Symbol.asyncDispose]: async () => {
      await git.close();
      await db.close();
      await drop();
      temporary[Symbol.dispose]();
    },
  };
}
