import { openUserCheckout } from "../../adapters/git-cli/user-checkout.ts";
import { composeGitForALook, gitEnvironment } from "../composing/compose-git.ts";
import { readDatabaseAddress } from "../project/database-address.ts";
import type { Environment } from "../environment.ts";
import { chooseStore, type StoreChoice } from "../project/open-store.ts";
import { findProjectHome, type ProjectHome } from "../project/project-home.ts";
import { chooseStateFolder } from "../project/state-folder.ts";
import { countOpenWork, noWork, type OpenWork } from "./count-open-work.ts";
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
    if (state.kind === "not_a_repository")
      return { project: null, diagnoses: await examineMachineFacts(env) };
    checkout = examineCheckout(state);
    if (state.kind === "bare")
      return { project: null, diagnoses: [...(await examineMachineFacts(env)), ...checkout] };
    home = findProjectHome(folder, env);
  } catch (error) {
    return { project: null, diagnoses: [...(await examineMachineFacts(env)), failOf("repository", error)] };
  }
  const facts = await examineFacts(env, home);
  const work = await examineWork(options, { home, ...facts }, temporary);
  return { project: home.name, diagnoses: [...facts.diagnoses, ...checkout, ...work] };
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

/** Where the facts are kept, without a project that has some. */
async function examineMachineFacts(env: Environment): Promise<readonly Diagnosis[]> {
  const stateFolder = chooseStateFolder(env);
  const folder = [examineStateFolder(stateFolder), await examineDisk(stateFolder)];
  try {
    const { diagnosis } = await examineDatabase(chooseWithoutProject(env, stateFolder), null);
    return [...folder, diagnosis];
  } catch (error) {
    return [...folder, failOf("database", error)];
  }
}

interface ExaminedFacts {
  readonly diagnoses: readonly Diagnosis[];
  readonly openWork: OpenWork;
}

/** Where the facts of a project are kept, and the worker that acts on them. */
async function examineFacts(env: Environment, home: ProjectHome): Promise<ExaminedFacts> {
  const folder = [examineStateFolder(home.stateFolder), await examineDisk(home.stateFolder)];
  let choice: StoreChoice;
  try {
    choice = chooseStore(home, env);
  } catch (error) {
    return { diagnoses: [...folder, failOf("database", error)], openWork: noWork };
  }
  const { diagnosis, url } = await examineDatabase(choice, `aas_${home.id.slice(4)}`);
  const openWork = url === null ? noWork : await countOpenWork(home, url);
  const movement = [examineWorker(home, openWork.waitingRuns), ...examineProviders(openWork.shutProviders)];
  return { diagnoses: [...folder, diagnosis, ...movement], openWork };
}

function chooseWithoutProject(env: Environment, stateFolder: string): StoreChoice {
  const url = readDatabaseAddress(env);
  return url === null ? { kind: "embedded", stateFolder } : { kind: "server", url };
}

async function examineWork(
  { env, isRunningChecks, signal }: DoctorOptions,
  { home, openWork }: { readonly home: ProjectHome; readonly openWork: OpenWork },
  { sandbox, folder: temporaryFolder }: Temporary,
): Promise<readonly Diagnosis[]> {
  const { settings, diagnosis } = examineSetup(home);
  if (settings === null) return [diagnosis];
  const mirror = await attempt("mirror", () => examineMirror(home, env, openWork.collectedTasks));
  let look: Awaited<ReturnType<typeof composeGitForALook>>;
  try {
    look = await composeGitForALook(home, settings, env);
  } catch (error) {
    return [diagnosis, mirror, failOf("base", error)];
  }
  await using opened = look;
  const { base, diagnoses: ofBase } = await examineBase(opened, { home, settings }, env);
  if (base === null) return [diagnosis, mirror, ...ofBase];
  const model = examineModel(base.config, env, new Date());
  const deps = { git: opened.git, sandbox, home, temporaryFolder };
  const checks = await attempt("checks", () => examineChecks(deps, base));
  const ran = isRunningChecks && checks.verdict !== "fail" ? await runChecks(deps, base, signal) : [];
  return [diagnosis, mirror, ...ofBase, ...model, checks, ...ran];
}
