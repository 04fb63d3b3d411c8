import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Pool } from "pg";
import { systemClock } from "../../src/adapters/system/system-clock.ts";
import { planInit } from "../../src/app/init/init-project.ts";
import {
  findProjectHome,
  keepStateIn,
  mirrorFolderOf,
  type ProjectHome,
} from "../../src/app/project/project-home.ts";
import {
  createRepository,
  type FixtureRepository,
  openRepository,
  runFixtureGit,
  temporaryFolder,
} from "../../src/testing/git-fixtures.ts";
import { databaseForTests } from "../../src/testing/postgres-for-tests.ts";
import { WebhookReceiver } from "../../src/testing/webhook-receiver.ts";
import { sampleFiles, webhookSecret, webhookSecretVariable } from "./sample-project.ts";

/** Where the base branch lives: our own bare repository, or a remote that others push to. */
export type BaseKind = "own" | "remote";

/** A person's project with everything outside of it: database, provider, receiver. All of it is gone when the scope ends. */
export interface World extends AsyncDisposable {
  readonly folder: string;
  readonly checkout: FixtureRepository;
  /** The repository whose base branch moves. */
  readonly base: FixtureRepository;
  readonly mirror: FixtureRepository;
  readonly start: string;
  readonly home: ProjectHome;
  readonly pool: Pool;
  readonly env: Readonly<Record<string, string>>;
  readonly journalFile: string;
  readonly webhookLog: string;
  readonly logFile: string;
  /** How many deliveries have arrived. */
  webhooks(): number;
  openGate(gate: string): void;
  /** A person commits on the base branch. Answers the commit. */
  personCommits(): string;
  /** Something else lands on the base branch, as another machine would do it. Answers the commit. */
  otherLands(): string;
  /** What waits for a dead process to be given up is given up: a minute passes. Only while no process runs. */
  letTimePass(): Promise<void>;
}

const personFile = "NOTES.md";

export async function openWorld(kind: BaseKind): Promise<World> {
  const folder = temporaryFolder("aas-chaos-");
  chmodSync(folder.path, 0o755);
  for (const name of ["gates", "provider"]) mkdirSync(join(folder.path, name));
  const webhookLog = join(folder.path, "webhooks.jsonl");
  writeFileSync(webhookLog, "");
  const receiver = await WebhookReceiver.start({
    secret: webhookSecret,
    logFile: webhookLog,
    idleMs: 20 * 60_000,
  });
  const checkout = createRepository(join(folder.path, "sums"), { files: sampleFiles(receiver.url) });
  if (kind === "remote") addOrigin(checkout, join(folder.path, "origin.git"));
  keepStateIn(checkout.folder, join(folder.path, "state"));
  const { url, drop } = await databaseForTests();
  const env = environmentOf(folder.path, checkout.folder, url);
  const home = findProjectHome(checkout.folder, env);
  await initialize(home, env);
  const mirror = openRepository(mirrorFolderOf(home));
  const base = kind === "own" ? mirror : openRepository(join(folder.path, "origin.git"));
  const pool = new Pool({ connectionString: url, max: 2 });
  pool.on("error", () => undefined);
  return {
    folder: folder.path,
    checkout,
    base,
    mirror,
    start: checkout.head(),
    home,
    pool,
    env,
    journalFile: env["AAS_CHAOS_JOURNAL"] ?? "",
    webhookLog,
    logFile: join(folder.path, "processes.log"),
    webhooks: () => receiver.received.length,
    openGate: (gate) => writeFileSync(join(folder.path, "gates", gate), ""),
    personCommits: () => commitAsPerson(checkout, kind),
    otherLands: () => landAsOther(base),
    letTimePass: () => letTimePass(pool),
    [Symbol.asyncDispose]: async () => {
      await pool.end();
      await receiver[Symbol.asyncDispose]();
      await drop();
      folder[Symbol.dispose]();
    },
  };
}

function addOrigin(checkout: FixtureRepository, folder: string): void {
  mkdirSync(folder);
  runFixtureGit(folder, ["init", "--quiet", "--bare", "--template=", "--initial-branch=main"]);
  checkout.git("remote", "add", "origin", folder);
  checkout.git("push", "--quiet", "origin", "main");
}

function environmentOf(folder: string, project: string, url: string): Readonly<Record<string, string>> {
  const { PATH = "/usr/bin:/bin", AAS_BWRAP = "" } = process.env;
  return {
    PATH,
    HOME: folder,
    ...(AAS_BWRAP === "" ? {} : { AAS_BWRAP }),
    NODE_COMPILE_CACHE: join(folder, "..", "aas-chaos-compile-cache"),
    AAS_DATABASE_URL: url,
    AAS_LOG_LEVEL: "warn",
    AAS_CHAOS_PROJECT: project,
    AAS_CHAOS_GATES: join(folder, "gates"),
    AAS_CHAOS_JOURNAL: join(folder, "provider", "journal.jsonl"),
    [webhookSecretVariable]: webhookSecret,
  };
}

async function initialize(home: ProjectHome, env: Readonly<Record<string, string>>): Promise<void> {
  const plan = await planInit(home, { env, clock: systemClock });
  await plan.apply({ updateCheckout: false });
}

function commitAsPerson(checkout: FixtureRepository, kind: BaseKind): string {
  if (existsSync(join(checkout.folder, personFile))) return checkout.head();
  const sha = checkout.commit("docs: notes of a person", { [personFile]: "Mine.\n" });
  if (kind === "remote") checkout.git("push", "--quiet", "origin", "main");
  return sha;
}

function landAsOther(base: FixtureRepository): string {
  const sha = base.git("commit-tree", "main^{tree}", "-p", "main", "-m", "docs: from another machine");
  base.git("update-ref", "refs/heads/main", sha);
  return sha;
}

async function letTimePass(pool: Pool): Promise<void> {
  await pool.query(
    "update aas.leases set expires_at = clock_timestamp() where expires_at > clock_timestamp()",
  );
  await pool.query(
    "update aas.notifications set next_attempt_at = now() where status = 'pending' and next_attempt_at > now()",
  );
}
