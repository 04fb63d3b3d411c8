import { isPrivateHost } from "../../domain/calling/private-host.ts";
import { listedProvider } from "./price-list.ts";

/** A server of one's own: nobody sends a bill for what it does. */
export const localProvider = "local";

/** Who sends the bill for what an address answers; a host that nobody knows has its own name, and no prices. */
export function billingProviderOf({
  provider,
  baseUrl,
  flavor,
}: {
  readonly provider: "openai" | "anthropic" | "gemini";
  readonly baseUrl: string | null;
  readonly flavor: "openai" | "azure";
}): string {
  if (provider === "openai" && flavor === "azure") return "azure";
  if (baseUrl === null) return provider;
  const { hostname } = new URL(baseUrl);
  if (isPrivateHost(hostname)) return localProvider;
  return listedProvider(baseUrl) ?? hostname;
}
