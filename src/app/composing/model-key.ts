import type { Config } from "../../config/config-schema.ts";
import { resolveEnvReference } from "../../config/env-reference.ts";
import { type AasError, isAasError } from "../../domain/errors.ts";
import type { Secret } from "../../domain/secret.ts";
import type { Environment } from "../environment.ts";

type KeyedModel = Pick<Extract<NonNullable<Config["model"]>, { readonly apiKey: unknown }>, "apiKey">;

/** Null: the server wants none. */
export function readModelKey({ apiKey }: KeyedModel, env: Environment): Secret | null {
  const otherwise = 'set "apiKey": null where the server wants no key';
  return apiKey === null ? null : resolveEnvReference(apiKey, env, "model.apiKey", otherwise);
}

/** Why the configured model cannot be asked from here; null when it can, or there is none. */
export function findMissingKey({ model }: Pick<Config, "model">, env: Environment): AasError | null {
  if (model === null || model.provider === "recorded") return null;
  try {
    readModelKey(model, env);
    return null;
  } catch (error) {
    if (isAasError(error, "config_invalid")) return error;
    throw error;
  }
}
