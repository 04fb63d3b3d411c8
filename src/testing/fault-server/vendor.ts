/** Whose protocol is spoken. Azure speaks OpenAI's under another prefix. */
export type Vendor = "openai" | "anthropic" | "gemini";
