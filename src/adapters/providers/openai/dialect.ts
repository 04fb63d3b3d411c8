import type { OpenAiError } from "./openai-error.ts";

/** How a schema is asked for, the strictest first. */
const formats = ["json_schema", "json_object", "text"] as const;

export type Format = (typeof formats)[number];

/** Servers of this API differ in what they take; this is what one of them is spoken to with. */
export interface Dialect {
  readonly format: Format;
  readonly maxTokensField: "max_completion_tokens" | "max_tokens";
}

/**
 * What a server was found to understand. One of these stands for one server as long as a process lives, shared by all that
 * speak to it. A format is remembered by the schema: a server that refuses one may take another.
 */
export class DialectMemory {
  #maxTokensField: Dialect["maxTokensField"];
  readonly #formats = new Map<string, Format>();

  constructor(maxTokensField: Dialect["maxTokensField"]) {
    this.#maxTokensField = maxTokensField;
  }

  get(schemaName: string | null): Dialect {
    const format = schemaName === null ? "text" : (this.#formats.get(schemaName) ?? "json_schema");
    return { format, maxTokensField: this.#maxTokensField };
  }

  /** To be called with what was understood, not with what was only tried. */
  remember(schemaName: string | null, { format, maxTokensField }: Dialect): void {
    this.#maxTokensField = maxTokensField;
    if (schemaName !== null) this.#formats.set(schemaName, format);
  }
}

/** Newer models refuse the older name, older servers do not know the newer one, or take no notice of it. */
export function usualMaxTokensField(host: string): Dialect["maxTokensField"] {
  return /(?:^|\.)(?:openai\.com|azure\.com)(?::\d+)?$/u.test(host) ? "max_completion_tokens" : "max_tokens";
}

/** How to say the same in other words after a request was refused as wrong. Null: the words were not the reason. */
export function nextDialect(
  dialect: Dialect,
  { param, words }: OpenAiError,
  tried: readonly Dialect[],
): Dialect | null {
  const next =
    param === dialect.maxTokensField ? withOtherField(dialect) : withLooserFormat(dialect, param, words);
  const isNew = tried.every(
    ({ format, maxTokensField }) => format !== next?.format || maxTokensField !== next.maxTokensField,
  );
  return isNew ? next : null;
}

/** Few servers say that it was the format; those that say that it was something else are believed. */
function withLooserFormat(dialect: Dialect, param: string | null, words: readonly string[]): Dialect | null {
  const isNamed = /^(?:response_format|text\.format)/u.test(param ?? "");
  const isOpen = param === null && !words.some((word) => /context_length|model/u.test(word));
  const format = formats[formats.indexOf(dialect.format) + 1];
  return (isNamed || isOpen) && format !== undefined ? { ...dialect, format } : null;
}

function withOtherField(dialect: Dialect): Dialect {
  const isOld = dialect.maxTokensField === "max_tokens";
  return { ...dialect, maxTokensField: isOld ? "max_completion_tokens" : "max_tokens" };
}
