import type { Config } from "../config/config-schema.ts";
import { resolveEnvReference } from "../config/env-reference.ts";
import type { Channel } from "../ports/channel.ts";
import type { Environment } from "./environment.ts";

/** The channels that the settings name; secrets are read from the environment here and nowhere else. */
export async function openChannels(config: Config, env: Environment): Promise<readonly Channel[]> {
  const { webhook } = config.notify;
  if (webhook === null) return [];
  const { WebhookChannel } = await import("../adapters/webhook/webhook-channel.ts");
  const secret = resolveEnvReference(webhook.secret, env, "notify.webhook.secret");
  return [new WebhookChannel({ url: webhook.url, secret })];
}
