import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { toSha } from "../domain/ids.ts";
import type { Sha } from "../domain/ids.ts";

/** What a fixture puts at a path: text or bytes; `{ executable }`, `{ link }`; null deletes it. */
export type FixtureFile =
  | string
  | Buffer
  | { readonly executable: string }
  | { readonly link: string }
  | null;

export type FixtureFiles = Readonly<Record<string, FixtureFile>>;

/** A real repository of git. The same calls make the same commits, on every machine. */
export interface FixtureRepository {
  readonly folder: string;
  /** Runs git here and returns what it prints; throws when it fails. */
  git(...args: readonly string[]): string;
  /** Writes files into the checkout without committing them. */
  write(files: FixtureFiles): void;
  /** Commits these files on top of all that is in the checkout. */
  commit(message: string, files?: FixtureFiles): Sha;
  head(): Sha;
}

export interface FixtureOptions {
  readonly files?: FixtureFiles;
  readonly branch?: string;
  /** The first commit; without files there is none unless a message is given. */
  readonly message?: string;
}

/** A folder that is gone when the scope ends. */
export function temporaryFolder(prefix = "aas-test-"): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), prefix));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

export function createRepository(folder: string, options: FixtureOptions = {}): FixtureRepository {
  mkdirSync(folder, { recursive: true });
  runFixtureGit(folder, ["init", "--quiet", "--template=", `--initial-branch=${options.branch ?? "main"}`]);
  const repository = openRepository(folder);
  const hasFirstCommit = options.files !== undefined || options.message !== undefined;
  if (hasFirstCommit) repository.commit(options.message ?? "chore: start", options.files ?? {});
  return repository;
}

/** A bare repository, such as stands behind a remote; with the refs of `from` when given. */
export function createBareRepository(folder: string, from?: FixtureRepository): FixtureRepository {
  mkdirSync(folder, { recursive: true });
  runFixtureGit(folder, ["init", "--quiet", "--bare", "--template=", "--initial-branch=main"]);
  if (from !== undefined) runFixtureGit(folder, ["fetch", "--quiet", from.folder, "+refs/*:refs/*"]);
  return openRepository(folder);
}

export function openRepository(folder: string): FixtureRepository {
  let commits = 0;
  const git = (...args: readonly string[]): string => runFixtureGit(folder, args).trimEnd();
  const head = (): Sha => toSha(git("rev-parse", "HEAD"));
  const write = (files: FixtureFiles): void => {
    for (const [path, file] of Object.entries(files)) place(join(folder, path), file);
  };
  const commit = (message: string, files: FixtureFiles = {}): Sha => {
    write(files);
    git("add", "--all");
    commits += 1;
    const date = `${firstSecond + commits * 60} +0000`;
    const args = ["commit", "--quiet", "--allow-empty", "--no-verify", "--message", message];
    runFixtureGit(folder, args, { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date });
    return head();
  };
  return { folder, git, write, commit, head };
}

/** 2026-01-01, in seconds. */
const firstSecond = 1_767_225_600;

function place(path: string, file: FixtureFile): void {
  rmSync(path, { recursive: true, force: true });
  if (file === null) return;
  mkdirSync(dirname(path), { recursive: true });
  if (typeof file === "string" || Buffer.isBuffer(file)) writeFileSync(path, file);
  else if ("link" in file) symlinkSync(file.link, path);
  else {
    writeFileSync(path, file.executable);
    chmodSync(path, 0o755);
  }
}

/** Git for fixtures: nothing of the machine's configuration, a fixed person. Plain otherwise: what a user would run. */
export function runFixtureGit(
  folder: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): string {
  const result = spawnSync("git", args, {
    cwd: folder,
    env: { ...fixtureEnvironment(), ...env },
    encoding: "utf8",
    maxBuffer: 64 * 1024 ** 2,
    timeout: 60_000,
  });
  if (result.status === 0) return result.stdout;
  throw new Error(`git ${args.join(" ")} failed: ${result.error?.message ?? result.stderr}`);
}

function fixtureEnvironment(): Record<string, string> {
  return {
    PATH: process.env["PATH"] ?? "/usr/bin:/bin",
    HOME: "/nonexistent",
    LC_ALL: "C",
    TZ: "UTC",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_TERMINAL_PROMPT: "0",
    GIT_AUTHOR_NAME: "Fixture",
    GIT_AUTHOR_EMAIL: "fixture@example.com",
    GIT_COMMITTER_NAME: "Fixture",
    GIT_COMMITTER_EMAIL: "fixture@example.com",
    GIT_AUTHOR_DATE: `${firstSecond} +0000`,
    GIT_COMMITTER_DATE: `${firstSecond} +0000`,
    GIT_CONFIG_COUNT: "2",
    GIT_CONFIG_KEY_0: "gc.auto",
    GIT_CONFIG_VALUE_0: "0",
    GIT_CONFIG_KEY_1: "maintenance.auto",
    GIT_CONFIG_VALUE_1: "false",
  };
}
