/** What to do where a model is needed and the settings name none. */
export const modelCure =
  'Name one in aas.config.jsonc on the base branch: "model": { "provider": "anthropic", "name": "…" }, with its key in ANTHROPIC_API_KEY; or "openai", or "gemini".';
