import { BlockList } from "node:net";
import { AasError } from "../../domain/errors.ts";

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

/** Refuses addresses that would send messages in the clear over a network. The address itself may be a secret. */
export function parseWebhookAddress(text: string, isPlainHttpAllowed: boolean): URL {
  const url = URL.parse(text);
  if (url === null) throw invalid("is no address", "Write it as https://host/path.");
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    throw invalid(`has the scheme ${url.protocol}`, "Write it as https://host/path.");
  }
  if (url.username !== "" || url.password !== "") {
    throw invalid("holds a name or a password", "Take them out; deliveries are signed with the secret.");
  }
  if (url.protocol === "http:" && !isPlainHttpAllowed && !isLoopback(url.hostname)) {
    throw invalid(`would send to ${url.host} in the clear`, "Use https; http is only for this machine.");
  }
  return url;
}

function isLoopback(hostname: string): boolean {
  const bare = hostname.replace(/^\[(?<inside>.*)\]$/u, "$<inside>");
  return bare === "localhost" || loopback.check(bare, bare.includes(":") ? "ipv6" : "ipv4");
}

function invalid(reason: string, cure: string): AasError {
  return new AasError("config_invalid", `The address of the webhook ${reason}.`, { cure });
}
