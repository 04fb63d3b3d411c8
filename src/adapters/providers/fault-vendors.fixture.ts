import type { BatchProgress, BatchResult } from "../../ports/batch-provider.ts";
import { parseAnthropicLine } from "./anthropic/batch-line.ts";
import { classifyAnthropicAnswer } from "./anthropic/classify-answer.ts";
import { parseMessageBatch, progressOf as progressOfMessageBatch } from "./anthropic/message-batch.ts";
import { parseGeminiLine } from "./gemini/batch-line.ts";
import { parseBatchOperation, progressOf as progressOfOperation } from "./gemini/batch-operation.ts";
import { classifyGeminiAnswer } from "./gemini/classify-answer.ts";
import { parseOpenAiLine } from "./openai/batch-line.ts";
import { parseBatch, progressOf as progressOfBatch } from "./openai/batch-object.ts";
import { classifyOpenAiAnswer } from "./openai/classify-answer.ts";
import { parseJson } from "./wire/parse-json.ts";
import { readLines } from "./wire/read-lines.ts";
import type { FaultCase } from "./fault-case.fixture.ts";

/** What is asked of each provider, whatever it calls things. */
export interface Vendor {
  readonly classify: typeof classifyOpenAiAnswer;
  readonly parseLine: (line: unknown) => BatchResult | null;
  readonly progress: (batch: unknown) => BatchProgress | null;
}

const openAi: Vendor = {
  classify: classifyOpenAiAnswer,
  parseLine: parseOpenAiLine,
  progress: (body) => {
    const batch = parseBatch(body);
    return batch === null ? null : progressOfBatch(batch);
  },
};

export const vendors: Readonly<Record<FaultCase["provider"], Vendor>> = {
  openai: openAi,
  azure: openAi,
  compat: openAi,
  any: openAi,
  anthropic: {
    classify: classifyAnthropicAnswer,
    parseLine: parseAnthropicLine,
    progress: (body) => {
      const batch = parseMessageBatch(body);
      return batch === null ? null : progressOfMessageBatch(batch);
    },
  },
  gemini: {
    classify: classifyGeminiAnswer,
    parseLine: parseGeminiLine,
    progress: (body) => {
      const batch = parseBatchOperation(body);
      return batch === null ? null : progressOfOperation(batch);
    },
  },
};

/** What all lines of a case say, in the words of its provider. */
export async function resultsOf(each: FaultCase, { parseLine }: Vendor): Promise<readonly BatchResult[]> {
  const texts = [
    each.output_file_raw ?? each.output_file.join("\n"),
    each.error_file_raw ?? each.error_file.join("\n"),
    each.results_raw ?? each.results.join("\n"),
  ];
  const inline = parseBatchOperation(each.batch)?.results;
  const results: BatchResult[] = [];
  for (const text of texts) {
    for await (const line of readLines(bytesOf(text), 1_000_000))
      results.push(...[parseLine(parseJson(line)) ?? []].flat());
  }
  if (inline?.kind === "inline") results.push(...inline.lines.flatMap((line) => parseLine(line) ?? []));
  return results;
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
