import { type CasePlace, places } from "./cases/case-paths.ts";
import type { KillPoint } from "./cases/case-schema.ts";
import { toPathPattern } from "./http/path-pattern.ts";
import type { Vendor } from "./vendor.ts";

const kinds = {
  after_upload: "upload",
  after_create_before_persist: "create",
  after_download: "download",
} as const satisfies Record<KillPoint, string>;

/** Whether this request is the one around which a client is to die. */
export function isKillPoint(kill: KillPoint, vendor: Vendor, asked: CasePlace): boolean {
  return places[vendor][kinds[kill]].some(
    ({ method, path }) => method === asked.method && toPathPattern(path).test(asked.path),
  );
}
