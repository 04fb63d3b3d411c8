import type { Config } from "../../config/config-schema.ts";
import type { ProviderSetting } from "../../config/model-setting.ts";
import { isOwnServer } from "../composing/compose-provider.ts";
import { composePrices } from "../composing/compose-prices.ts";
import type { Environment } from "../environment.ts";
import { findMissingKey } from "../composing/model-key.ts";
import { configFileName } from "../settings/read-base-config.ts";
import { type Diagnosis, fail, failOf, ok } from "./diagnosis.ts";

/** Whether the configured model could be asked and paid. It is not asked: that costs. */
export function examineModel(config: Config, env: Environment, now: Date): readonly Diagnosis[] {
  const { model } = config;
  if (model === null) return [ok("model", "none: only blueprints plan and build")];
  if (model.provider === "recorded") return [ok("model", `recorded, ${model.replies}`)];
  const missing = findMissingKey(config, env);
  const name = `${model.provider} ${model.name}`;
  const key = model.apiKey === null ? "without a key" : `its key in ${model.apiKey.slice("env:".length)}`;
  return [
    missing === null ? ok("model", `${name}, ${key}`) : failOf("model", missing),
    examinePrice(config, model, now),
  ];
}

function examinePrice(config: Config, setting: ProviderSetting, now: Date): Diagnosis {
  const isAzure = setting.provider === "openai" && setting.flavor === "azure";
  const provider = isAzure ? "azure" : setting.provider;
  const price = composePrices(config).priceOf({ provider, name: setting.name }, now, "standard");
  if (price !== null) return ok("price", `of ${setting.name} is known`);
  if (isOwnServer(setting)) return ok("price", "none: a server of your own that wants no key");
  const cure = `Set it in ${configFileName} on the base branch: "models": { "prices": { ${JSON.stringify(setting.name)}: { "input": …, "output": … } } }`;
  return fail(
    "price",
    `of ${provider} ${setting.name} is not known: runs would pause before they ask it`,
    cure,
  );
}
