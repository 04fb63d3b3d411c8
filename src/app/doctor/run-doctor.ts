import { openUserCheckout } from "../../adapters/git-cli/user-checkout.ts";
import { composeGit, gitEnvironment } from "../composing/compose-git.ts";
import { readDatabaseAddress } from "../project/database-address.ts";
import type { Environment } from "../environment.ts";
import { chooseStore, type StoreChoice } from "../project/open-store.ts";
import { findProjectHome, type ProjectHome } from "../project/project-home.ts";
import { chooseStateFolder } from "../project/state-folder.ts";
import { type Diagnosis, failOf } from "./diagnosis.ts";
import { examineChecks, runChecks } from "./examine-checks.ts";
import { examineDatabase } from "./examine-database.ts";
import {
  examineAgents,
  examineGit,
  examineNode,
  examinePython,
  examineSandbox,
  openTemporarySandbox,
} from "./examine-machine.ts";
import { examineModel } from "./examine-model.ts";
import { examineProviders } from "./examine-providers.ts";
import {
  examineBase,
  examineCheckout,
  examineMirror,
  examineSetup,
  examineWorker,
} from "./examine-repository.ts";
import { examineDisk, examineStateFolder } from "./examine-state-folder.ts";

export interface DoctorOptions {
  readonly folder: string;
  readonly env: Environment;
  /** Run the configured checks on the base branch too. */
  readonly isRunningChecks: boolean;
  readonly signal: AbortSignal;
}

export interface DoctorReport {
  /** The project that was looked at; null: the folder is in no repository, so only the machine was. */
  readonly project: string | null;
  readonly diagnoses: readonly Diagnosis[];
}

/** Looks at this machine and, inside a repository, at the project. Nothing of either is changed. */
export async function runDoctor(options: DoctorOptions): Promise<DoctorReport> {
  const { env } = options;
  using temporary = openTemporarySandbox(env);
  const machine = [
    examineNode(process.versions.node),
    await attempt("git", () => examineGit(env)),
    await attempt("sandbox", () => examineSandbox(temporary.sandbox)),
    await attempt("python", () => examinePython(env)),
    examineAgents(env),
  ];
  const rest = await examineProject(options, temporary);
  return { project: rest.project, diagnoses: [...machine, ...rest.diagnoses] };
}

async function attempt(id: string, look: () => Promise<Diagnosis>): Promise<Diagnosis> {
  try {
    return await look();
  } catch (error) {
    return failOf(id, error);
  }
}

type Temporary = ReturnType<typeof openTemporarySandbox>;

async function examineProject(options: DoctorOptions, temporary: Temporary): Promise<DoctorReport> {
  const { folder, env } = options;
  const place = examinePlace(env);
  if (place !== null) return { project: null, diagnoses: [place] };
  let home: ProjectHome;
  let checkout: readonly Diagnosis[];
  try {
    const state = await openUserCheckout({ env: gitEnvironment(env) }).inspect(folder);
    if (state.kind === "not_a_repository") return { project: null, diagnoses: await examineFacts(env, null) };
    checkout = examineCheckout(state);
    if (state.kind === "bare")
      return { project: null, diagnoses: [...(await examineFacts(env, null)), ...checkout] };
    home = findProjectHome(folder, env);
  } catch (error) {
    return { project: null, diagnoses: [...(await examineFacts(env, null)), failOf("repository", error)] };
  }
  const diagnoses = [
    ...(await examineFacts(env, home)),
    ...checkout,
    ...(await examineWork(options, home, temporary)),
  ];
  return { project: home.name, diagnoses };
}

/** Without a place of ours nothing else can be looked at. */
function examinePlace(env: Environment): Diagnosis | null {
  try {
    chooseStateFolder(env);
    return null;
  } catch (error) {
    return failOf("state", error);
  }
}

/** Where the facts are kept, and the worker that acts on them. */
async function examineFacts(env: Environment, home: ProjectHome | null): Promise<readonly Diagnosis[]> {
  const stateFolder = home?.stateFolder ?? chooseStateFolder(env);
  const folder = [examineStateFolder(stateFolder), await examineDisk(stateFolder)];
  let choice: StoreChoice;
  try {
    choice = home === null ? chooseWithoutProject(env, stateFolder) : chooseStore(home, env);
  } catch (error) {
    return [...folder, failOf("database", error)];
  }
  const { diagnosis, url } = await examineDatabase(choice, home === null ? null : `aas_${home.id.slice(4)}`);
  if (home === null) return [...folder, diagnosis];
  const { waiting, shut } = url === null ? nothingKnown : await readMovement(home, url);
  return [...folder, diagnosis, examineWorker(home, waiting), ...examineProviders(shut)];
}

function chooseWithoutProject(env: Environment, stateFolder: string): StoreChoice {
  const url = readDatabaseAddress(env);
  return url === null ? { kind: "embedded", stateFolder } : { kind: "server", url };
}

interface Movement {
  /** Runs that somebody must drive: those that wait for a person are not missed by a worker. */
  readonly waiting: number;
  readonly shut: Parameters<typeof examineProviders>[0];
}

const nothingKnown: Movement = { waiting: 0, shut: [] };

async function readMovement(home: ProjectHome, url: string): Promise<Movement> {
  const { openPostgresDatabase } = await import("../../adapters/postgres/postgres-database.ts");
  const db = await openPostgresDatabase({ url, maxConnections: 1 });
  try {
    const open = await db.runs.list(home.id, { statuses: ["queued", "running"] });
    return { waiting: open.length, shut: await db.gates.listShut(home.id) };
  } finally {
    await db.close();
  }
}

async function examineWork(
  { env, isRunningChecks, signal }: DoctorOptions,
  home: ProjectHome,
  { sandbox, folder: temporaryFolder }: Temporary,
): Promise<readonly Diagnosis[]> {
  const { settings, diagnosis } = examineSetup(home);
  if (settings === null) return [diagnosis];
  let composed: Awaited<ReturnType<typeof composeGit>>;
  try {
    composed = await composeGit(home, settings, env);
  } catch (error) {
    return [diagnosis, failOf("mirror", error)];
  }
  const { git } = composed;
  try {
    const mirror = await attempt("mirror", () => examineMirror(home, env));
    const { base, diagnoses: ofBase } = await examineBase(composed, { home, settings }, env);
    const diagnoses = [mirror, ...ofBase];
    if (base === null) return [diagnosis, ...diagnoses];
    const model = examineModel(base.config, env, new Date());
    const deps = { git, sandbox, home, temporaryFolder };
    const checks = await attempt("checks", () => examineChecks(deps, base));
    const ran = isRunningChecks && checks.verdict !== "fail" ? await runChecks(deps, base, signal) : [];
    return [diagnosis, ...diagnoses, ...model, checks, ...ran];
  } finally {
    await git.close();
  }
}
