import { AasError } from "../../../domain/errors.ts";
import type { CallLimits } from "../../../domain/calling/call-pace.ts";
import type { Secret } from "../../../domain/secret.ts";
import type { Clock } from "../../../ports/clock.ts";
import type { GateKey, GateStore } from "../../../ports/gate-store.ts";
import { messageWithoutKey } from "./own-key.ts";

export type Pause = (ms: number, signal: AbortSignal) => Promise<void>;

/** The gate that every call to a provider goes through, and how fast it lets them. */
export interface CallGate {
  readonly store: GateStore;
  readonly key: GateKey;
  readonly limits: CallLimits;
}

/** What every provider is connected with. */
export interface ConnectionOptions {
  readonly baseUrl: string;
  /** Null: a server that asks for none. */
  readonly apiKey: Secret | null;
  readonly clock: Clock;
  readonly pause: Pause;
  /** Not given: nobody else asks. */
  readonly gate?: CallGate;
  /** The provider as people know it, where it is another one than the API's inventor. */
  readonly provider?: string;
  /** The environment variable that the key came from: what a person is told to set. */
  readonly keyVariable?: string;
}

/** One server, and how to speak to it. */
export interface Connection {
  readonly provider: string;
  readonly host: string;
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly apiKey: Secret | null;
  readonly keyVariable: string;
  readonly clock: Clock;
  readonly pause: Pause;
  readonly gate: CallGate | null;
  /** The headers that show a key, and those that every call has. */
  readonly headersFor: (key: string | null) => Readonly<Record<string, string>>;
}

export interface VendorWords {
  readonly provider: string;
  readonly keyVariable: string;
  readonly headersFor: Connection["headersFor"];
}

export function makeConnection(options: ConnectionOptions, vendor: VendorWords): Connection {
  const provider = options.provider ?? vendor.provider;
  return {
    provider,
    host: parseAddress(options.baseUrl, provider).host,
    baseUrl: options.baseUrl.replace(/\/+$/u, ""),
    apiKey: options.apiKey,
    keyVariable: options.keyVariable ?? vendor.keyVariable,
    clock: options.clock,
    pause: options.pause,
    gate: options.gate ?? null,
    headersFor: vendor.headersFor,
  };
}

/** The address is in no message: it may hold a secret that a person put there. */
function parseAddress(text: string, provider: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isUsable = url !== null && /^https?:$/u.test(url.protocol) && `${url.username}${url.password}` === "";
  if (isUsable) return url;
  throw new AasError("config_invalid", `The address of ${provider} is not one that can be called.`, {
    cure: "Set it to an address like https://host/v1, without a user or a password in it.",
  });
}

const longestMessage = 600;

/**
 * What a server says, fit to be shown: it may repeat the key that it was given, and a second line of it could pass for a
 * word of ours.
 */
export function tellable(text: string, { apiKey }: Pick<Connection, "apiKey">): string {
  const clean = messageWithoutKey(text, apiKey)
    .trim()
    .replaceAll(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/gu, "␊");
  return clean.length <= longestMessage ? clean : `${clean.slice(0, longestMessage)}…`;
}
