import { type LineSink, TerminalChannel } from "../../adapters/terminal-channel/terminal-channel.ts";
import type { Config } from "../../config/config-schema.ts";
import { envReferencePattern, resolveEnvReference } from "../../config/env-reference.ts";
import type { Channel } from "../../ports/channel.ts";
import type { Environment } from "../environment.ts";

/** The terminal of a worker that somebody watches, where there is one, and the channels that the settings name. */
export async function openChannels(
  config: Config,
  env: Environment,
  terminal: LineSink | null,
): Promise<readonly Channel[]> {
  const own = terminal === null ? [] : [new TerminalChannel(terminal)];
  return [...own, ...(await openNamedChannels(config, env))];
}

/** Secrets are read from the environment here and nowhere else. */
async function openNamedChannels(config: Config, env: Environment): Promise<readonly Channel[]> {
  const { webhook } = config.notify;
  if (webhook === null) return [];
  const { WebhookChannel } = await import("../../adapters/webhook/webhook-channel.ts");
  const secret = resolveEnvReference(webhook.secret, env, "notify.webhook.secret");
  return [new WebhookChannel({ url: addressOf(webhook.url, env), secret })];
}

/** Where messages go may be nobody's business: then the settings name a variable. */
function addressOf(url: string, env: Environment): string {
  return envReferencePattern.test(url) ? resolveEnvReference(url, env, "notify.webhook.url").reveal() : url;
}
