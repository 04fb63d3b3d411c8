import { AasError } from "../../domain/errors.ts";
import type { Environment } from "../environment.ts";

const expected = "postgresql://user@host:port/name";

/** The database of a team; null: none is named. Its value may hold a password, so no message repeats any of it. */
export function readDatabaseAddress(env: Environment): string | null {
  const address = env["AAS_DATABASE_URL"] ?? "";
  if (address === "") return null;
  const fault = findFault(address);
  if (fault === null) return address;
  throw new AasError("config_invalid", `AAS_DATABASE_URL ${fault}; expected ${expected}.`, {
    cure: `Set AAS_DATABASE_URL to ${expected}, with @ : / ? # % in a user or password written as %40 %3A %2F %3F %23 %25.`,
  });
}

function findFault(address: string): string | null {
  const url = URL.parse(address);
  if (url === null) return "cannot be read as an address";
  if (url.protocol !== "postgresql:" && url.protocol !== "postgres:")
    return "does not begin with postgresql://";
  if (![url.username, url.password, url.pathname].every(isDecodable))
    return "has a % that stands for nothing";
  if (url.hostname === "" && !url.searchParams.has("host")) return "names no host";
  return url.pathname.length > 1 ? null : "names no database";
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
