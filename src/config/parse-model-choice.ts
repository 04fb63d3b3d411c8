import { AasError } from "../domain/errors.ts";
import { model, type ProviderSetting } from "./model-setting.ts";

/** `anthropic:claude-sonnet-4-5`, as a person names a model on a command line. A colon may stand in the name. */
export function parseModelChoice(text: string): ProviderSetting {
  const [provider = "", ...rest] = text.split(":");
  const parsed = model.safeParse({ provider, name: rest.join(":").trim() });
  if (parsed.success && parsed.data.provider !== "recorded") return parsed.data;
  throw new AasError("usage", `--model ${JSON.stringify(text)} names no model.`, {
    cure: "--model <provider>:<name>; providers are openai, anthropic and gemini.",
  });
}
