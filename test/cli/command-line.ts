import { execFile } from "node:child_process";
import { chmodSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stopEmbeddedServer } from "../../src/adapters/postgres/embedded/embedded-server.ts";
import { openProject, type OpenedProject } from "../../src/app/project/open-project.ts";
import { findProjectHome } from "../../src/app/project/project-home.ts";
import { writeProjectSettings } from "../../src/app/project/project-settings.ts";
import {
  createRepository,
  type FixtureFiles,
  type FixtureRepository,
  temporaryFolder,
} from "../../src/testing/git-fixtures.ts";

const program = fileURLToPath(new URL("../../bin/aas.mjs", import.meta.url));
const patienceMs = 60_000;

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface RunOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The real program in child processes, with a state folder of its own that goes with it. */
export interface CommandLine {
  readonly folder: string;
  readonly stateFolder: string;
  /** A repository that `aas init` has set up, with these files on its base branch. */
  setUpRepository(name: string, files?: FixtureFiles): FixtureRepository;
  run(args: readonly string[], options: RunOptions): Promise<Ended>;
  /** The one document that a command prints with --json. */
  runJson(args: readonly string[], options: RunOptions): Promise<Ended & { readonly document: Envelope }>;
  /** The facts of a repository's project, for arranging and looking. */
  openProject(repository: FixtureRepository): Promise<OpenedProject>;
  close(): Promise<void>;
}

export interface Envelope {
  readonly schemaVersion: number;
  readonly command: string;
  readonly ok: boolean;
  // oxlint-disable-next-line typescript/no-explicit-any -- what it holds is what tests are about
  readonly result?: any;
  readonly error?: { readonly code: string; readonly message: string; readonly fix: string | null };
}

export function openCommandLine(): CommandLine {
  const { path: folder } = temporaryFolder("aas-cli-");
  // The server of root runs as another user, who must be able to pass.
  chmodSync(folder, 0o711);
  const stateFolder = join(folder, "state");
  const environment = {
    PATH: process.env["PATH"] ?? "/usr/bin:/bin",
    HOME: folder,
    AAS_STATE_HOME: stateFolder,
    LC_ALL: "C.UTF-8",
  };
  const run: CommandLine["run"] = (args, { cwd, env = {} }) => execute(args, cwd, { ...environment, ...env });
  return {
    folder,
    stateFolder,
    run,
    setUpRepository: (name, files = {}) => {
      const repository = createRepository(join(folder, name), {
        files: { "aas.config.jsonc": "{}\n", ...files },
      });
      writeProjectSettings(findProjectHome(repository.folder, environment), {
        baseBranch: "main",
        remote: null,
      });
      return repository;
    },
    runJson: async (args, options) => {
      const ended = await run([...args, "--json"], options);
      return { ...ended, document: JSON.parse(ended.stdout) as Envelope };
    },
    openProject: (repository) => openProject(repository.folder, environment),
    close: async () => {
      await stopEmbeddedServer(stateFolder);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function execute(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const options = { cwd, env, timeout: patienceMs, maxBuffer: 64 * 1024 ** 2 };
    const child = execFile(process.execPath, [program, ...args], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code;
      if (typeof code === "number") resolve({ code, stdout, stderr });
      else reject(new Error(`aas ${args.join(" ")} did not end by itself: ${stderr}`, { cause: error }));
    });
    child.stdin?.end();
  });
}
