import { execFile } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { AasError } from "../../../domain/errors.ts";
import { majorOf } from "./platform-package.ts";
import { endProcessesIn } from "./postmaster.ts";
import type { ServerAccount } from "./server-account.ts";
import { giveTo, initAccount } from "./server-account.ts";
import type { ServerLayout } from "./server-layout.ts";
import { serverUser } from "./server-layout.ts";
import { toStartError } from "./start-failure.ts";

export interface ClusterMaker {
  readonly layout: ServerLayout;
  readonly tree: string;
  readonly version: string;
  readonly account: ServerAccount;
}

const initdbTimeoutMs = 120_000;
/** The folder's mode is the lock on the door; were TCP ever opened by hand, nobody would get in. */
const accessRules = "local all all trust\n";

/** Makes the data folder unless there is one; refuses one of another major version. Called under the start lock. */
export async function ensureCluster(maker: ClusterMaker): Promise<void> {
  if (existsSync(maker.layout.dataFolder)) checkMajor(maker);
  else await createCluster(maker);
}

function checkMajor({ layout, version }: ClusterMaker): void {
  const found = readFileSync(join(layout.dataFolder, "PG_VERSION"), "utf8").trim();
  const expected = majorOf(version);
  if (found === expected) return;
  throw new AasError(
    "database_unavailable",
    `the data in ${layout.dataFolder} is of PostgreSQL ${found}, this version of aas has PostgreSQL ${expected}`,
    {
      cure: `run \`aas db export\` with the version of aas that made it, move ${layout.dataFolder} away, then \`aas db import\` with this one`,
    },
  );
}

/** initdb killed half way leaves a folder that looks finished: it works in a draft that is renamed at the end. */
async function createCluster(maker: ClusterMaker): Promise<void> {
  const draft = `${maker.layout.dataFolder}.draft`;
  refuseShellSigns(maker.layout.home);
  await endProcessesIn(draft);
  rmSync(draft, { recursive: true, force: true });
  try {
    await initialise(maker, draft);
    writeFileSync(join(draft, "pg_hba.conf"), accessRules);
    giveAll(maker.account, draft);
    renameSync(draft, maker.layout.dataFolder);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw error;
  }
}

/** initdb starts postgres through a shell, with its path in double quotes. */
function refuseShellSigns(home: string): void {
  if (!/["$`\\\n]/.test(home)) return;
  const message = `PostgreSQL cannot be set up in ${home}: the path has one of $ \` " \\ in it.`;
  throw new AasError("config_invalid", message, {
    cure: "Set AAS_STORE=pglite, or AAS_STATE_HOME to a folder whose path has none of them.",
  });
}

async function initialise({ layout, tree, account }: ClusterMaker, draft: string): Promise<void> {
  const owner = initAccount(account);
  mkdirSync(draft);
  chmodSync(draft, 0o700);
  if (owner.uid !== undefined && owner.gid !== undefined) chownSync(draft, owner.uid, owner.gid);
  const locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
  const args = ["-D", draft, "-U", serverUser, "--auth=trust", "--no-instructions", ...locale];
  const env = { PATH: "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" };
  try {
    // Working in the draft, initdb left behind by a killed starter is found there.
    await promisify(execFile)(join(tree, "bin", "initdb"), args, {
      ...owner,
      cwd: draft,
      env,
      timeout: initdbTimeoutMs,
    });
  } catch (error) {
    throw toStartError(error, layout.home, outputOf(error));
  }
}

function outputOf(error: unknown): string {
  const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
  return `${stdout}\n${stderr}`;
}

function giveAll(account: ServerAccount, folder: string): void {
  giveTo(account, folder);
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" }))
    giveTo(account, join(folder, name));
}
