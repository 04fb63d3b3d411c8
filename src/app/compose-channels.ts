import { WebhookChannel } from "../adapters/webhook/webhook-channel.ts";
import type { Config } from "../config/config-schema.ts";
import { AasError } from "../domain/errors.ts";
import { Secret } from "../domain/secret.ts";
import type { Channel } from "../ports/channel.ts";
import type { Environment } from "./open-store.ts";

/** The channels that the settings name; secrets are read from the environment here and nowhere else. */
export function openChannels(config: Config, env: Environment): readonly Channel[] {
  const { webhook } = config.notify;
  if (webhook === null) return [];
  return [
    new WebhookChannel({
      url: webhook.url,
      secret: readSecret(webhook.secret, env, "notify.webhook.secret"),
    }),
  ];
}

function readSecret(reference: string, env: Environment, setting: string): Secret {
  const name = reference.replace(/^env:/u, "");
  const value = env[name];
  if (value !== undefined && value !== "") return new Secret(value);
  throw new AasError("config_invalid", `${setting} names the variable ${name}, which is not set.`, {
    cure: `export ${name}=…`,
  });
}
