import { isAbsolute } from "node:path";
import { AasError } from "../../domain/errors.ts";
import type { ProcessEnvironment } from "./hardened-git.ts";
import { hasControlCharacter } from "./names.ts";

/** Where another repository is, in the form that git gets, and what git needs in its environment to reach it. */
export interface RemoteAddress {
  readonly address: string;
  readonly env: ProcessEnvironment;
}

/**
 * Local paths, file, https and ssh; plain http only on this machine. Credentials in an address go to git in its
 * environment, where neither a list of processes nor an error shows them.
 */
export function parseRemoteAddress(text: string): RemoteAddress {
  if (text.startsWith("-") || hasControlCharacter(text)) throw refused(text);
  if (isAbsolute(text)) return { address: text, env: {} };
  const url = text.includes("://") && URL.canParse(text) ? new URL(text) : null;
  return url === null ? secureShell(text) : fromUrl(url, text);
}

function fromUrl(url: URL, text: string): RemoteAddress {
  if (url.hostname.startsWith("-") || url.username.startsWith("-")) throw refused(text);
  switch (url.protocol) {
    case "file:":
      if (url.host === "") return { address: text, env: {} };
      break;
    case "ssh:":
      return { address: text, env: {} };
    case "https:":
      return withoutCredentials(url, {});
    case "http:":
      if (isThisMachine(url)) return withoutCredentials(url, plainHttp);
      break;
  }
  throw refused(text);
}

const plainHttp = { GIT_ALLOW_PROTOCOL: "http:https:ssh:file" };

function isThisMachine(url: URL): boolean {
  return ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
}

/** `user@host:path`. */
function secureShell(text: string): RemoteAddress {
  if (/^(?:[\w.][\w.-]*@)?[\w.][\w.-]*:(?!:)[^:].*$/u.test(text)) return { address: text, env: {} };
  throw refused(text);
}

function withoutCredentials(url: URL, env: ProcessEnvironment): RemoteAddress {
  const bare = new URL(url);
  bare.username = "";
  bare.password = "";
  if (url.password === "" && url.username === "") return { address: bare.href, env };
  const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  const header = {
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: `http.${bare.origin}/.extraHeader`,
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${Buffer.from(pair).toString("base64")}`,
  };
  return { address: bare.href, env: { ...env, ...header } };
}

function refused(text: string): AasError {
  const shown = JSON.stringify(text.replace(/\/\/[^/@]*@/u, "//"));
  const cure = "Use a local path, file://, https:// or ssh (also user@host:path).";
  return new AasError("not_allowed", `Not an address of a repository that git may use: ${shown}`, { cure });
}
