import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import { AasError } from "../../domain/errors.ts";
import { type GitEnvironment, hardenedEnvironment, type ProcessEnvironment } from "./hardened-git.ts";
import { lines } from "./history.ts";
import { parseRemoteAddress } from "./remote-address.ts";
import { runGit } from "./run-git.ts";

export interface MirrorPlace {
  readonly mirrorFolder: string;
  readonly env: GitEnvironment;
}

export type MendOutcome = { readonly kind: "whole" } | { readonly kind: "mended" };

/** What only the mirror has is work that did not land, and landings that were not pulled. */
export function damagedMirror(folder: string, what: string, cause?: unknown): AasError {
  const cure = `Move ${folder} away and repeat the command: it is made anew from your repository. Keep the old one if runs had work there that you do not have.`;
  return new AasError("git_failed", `The mirror ${folder} is damaged: ${what}`, { cure, cause });
}

const checkDeadlineMs = 5 * 60_000;
const anyAnswer: readonly number[] = Array.from({ length: 256 }, (_, code) => code);

/** What git finds broken in the mirror, a line each. Faults of old histories, which everybody accepts, are not among it. */
export async function findDamage({ mirrorFolder, env }: MirrorPlace): Promise<readonly string[]> {
  const { stdout, stderr } = await runGit({
    action: "check the mirror",
    args: ["fsck", "--full", "--no-dangling", "--no-progress"],
    cwd: mirrorFolder,
    env: environmentOf(mirrorFolder, mirrorFolder, env),
    deadlineMs: checkDeadlineMs,
    answers: anyAnswer,
  });
  return [...new Set(lines(`${stdout.toString()}\n${stderr}`).filter(isDamage))];
}

function isDamage(line: string): boolean {
  return /^(?:error:|fatal:|missing |broken link )/u.test(line);
}

/**
 * Takes again from the source what is broken here and whole there. Objects of our own are never in packs: those are what
 * was fetched. What the source does not have either stays as it was: somebody may still get something out of it.
 */
export async function mendMirror(place: MirrorPlace, source: string): Promise<MendOutcome> {
  const damage = await findDamage(place);
  if (damage.length === 0) return { kind: "whole" };
  const aside = await setAsideUnreadable(place.mirrorFolder, damage);
  try {
    await setAsideBrokenPacks(place);
    await takeObjects(place, source);
  } finally {
    await putBackMissing(place, aside);
  }
  const [left] = await findDamage(place);
  if (left === undefined) return { kind: "mended" };
  throw damagedMirror(place.mirrorFolder, left);
}

/** As a name or as a path: git says both. */
const looseObject = /\b(?<folder>[0-9a-f]{2})\/?(?<file>[0-9a-f]{38})\b/gu;

interface SetAside {
  readonly name: string;
  readonly path: string;
}

async function setAsideUnreadable(mirror: string, damage: readonly string[]): Promise<readonly SetAside[]> {
  const aside = new Map<string, SetAside>();
  for (const { groups } of damage.join("\n").matchAll(looseObject)) {
    const { folder = "", file = "" } = groups ?? {};
    const path = join(mirror, "objects", folder, file);
    const bytes = await readFile(path).catch(() => null);
    if (bytes === null || isObject(bytes, folder + file)) continue;
    await rename(path, asideOf(path));
    aside.set(path, { name: folder + file, path });
  }
  return [...aside.values()];
}

function asideOf(path: string): string {
  return `${path}.broken`;
}

async function putBackMissing(place: MirrorPlace, aside: readonly SetAside[]): Promise<void> {
  for (const { name, path } of aside) if (!(await isThere(place, name))) await rename(asideOf(path), path);
}

async function isThere({ mirrorFolder, env }: MirrorPlace, name: string): Promise<boolean> {
  const { exitCode } = await runGit({
    action: "look for an object",
    args: ["cat-file", "-e", name],
    cwd: mirrorFolder,
    env: environmentOf(mirrorFolder, mirrorFolder, env),
    answers: anyAnswer,
  });
  return exitCode === 0;
}

/** What `info` asks for, which the types leave out: how much of the input was of use. */
interface Inflated {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

function isObject(bytes: Buffer, name: string): boolean {
  try {
    const { buffer, engine } = inflateSync(bytes, { info: true }) as unknown as Inflated;
    return engine.bytesWritten === bytes.length && createHash("sha1").update(buffer).digest("hex") === name;
  } catch {
    return false;
  }
}

/** Kept under another name: somebody may still get something out of them. */
async function setAsideBrokenPacks({ mirrorFolder, env }: MirrorPlace): Promise<void> {
  const folder = join(mirrorFolder, "objects", "pack");
  const names = await readdir(folder).catch(() => []);
  for (const stem of new Set(names.flatMap((name) => /^pack-[0-9a-f]{40}(?=\.)/u.exec(name) ?? []))) {
    const { exitCode } = await runGit({
      action: "check a pack",
      args: ["verify-pack", "--", join(folder, `${stem}.idx`)],
      cwd: mirrorFolder,
      env: environmentOf(mirrorFolder, mirrorFolder, env),
      deadlineMs: checkDeadlineMs,
      answers: anyAnswer,
    });
    if (exitCode === 0) continue;
    for (const name of names.filter((each) => each.startsWith(`${stem}.`)))
      await rename(join(folder, name), asideOf(join(folder, name)));
  }
}

/**
 * Fetched into a repository of its own: in the damaged one git would take for granted what its refs name. The packs move
 * over afterwards.
 */
async function takeObjects({ mirrorFolder, env }: MirrorPlace, source: string): Promise<void> {
  const remote = parseRemoteAddress(source);
  // Named so that what a crash leaves is cleared like git's own leftovers.
  const scratch = await mkdtemp(join(mirrorFolder, "objects", "tmp_mend_"));
  try {
    const place = { cwd: scratch, env: { ...environmentOf(scratch, mirrorFolder, env), ...remote.env } };
    await runGit({ ...place, action: "mend the mirror", args: ["init", "--quiet", "--bare", "--template="] });
    const refs = ["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"];
    const args = ["-c", "fetch.unpackLimit=1", "fetch", "--quiet", "--", remote.address, ...refs];
    await runGit({ ...place, action: `fetch from ${remote.address}`, args, deadlineMs: checkDeadlineMs });
    await movePacks(join(scratch, "objects", "pack"), join(mirrorFolder, "objects", "pack"));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** A pack counts from the moment its index is there, so that comes last. */
async function movePacks(from: string, to: string): Promise<void> {
  const names = await readdir(from);
  for (const name of names.toSorted((a, b) => Number(a.endsWith(".idx")) - Number(b.endsWith(".idx"))))
    await rename(join(from, name), join(to, name));
}

function environmentOf(gitDir: string, mirror: string, given: GitEnvironment): ProcessEnvironment {
  return {
    ...hardenedEnvironment(given),
    GIT_DIR: gitDir,
    GIT_CONFIG_GLOBAL: join(mirror, "trusted.config"),
  };
}
