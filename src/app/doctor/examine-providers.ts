import type { ShutGate } from "../../domain/calling/provider-gate.ts";
import { type Diagnosis, warn } from "./diagnosis.ts";

export type ShutProvider = ShutGate & { readonly provider: string };

/** Providers that nobody of the project asks for a while: runs that need them stand still, and nothing else says why. */
export function examineProviders(shut: readonly ShutProvider[]): readonly Diagnosis[] {
  return shut.map(({ provider, cause, waitMs }) => {
    const why = cause === "away" ? "is away" : "wants to be asked less often";
    const minutes = Math.ceil(waitMs / 60_000);
    return warn(
      "provider",
      `${provider} ${why}: nobody asks it for the next ${minutes} ${minutes === 1 ? "minute" : "minutes"}`,
      "Wait: it is asked again by itself. Another address in model.baseUrl counts as another provider, and is asked at once.",
    );
  });
}
