import { parseArgs } from "node:util";
import { pathToFileURL } from "node:url";
import { readFileSync } from "node:fs";
import { z } from "zod";
import type { AnswerLine } from "./answers/answer-line.ts";
import { FaultServer } from "./fault-server.ts";
import { faultScriptSchema } from "./fault-script.ts";

const answersSchema = z.object({ answer: z.custom<AnswerLine>((value) => typeof value === "function") });

/** `node serve.ts [--script file.json] [--answers module] [--log file.jsonl] [--idle-ms 60000]` prints `{"url":"http://…"}`. */
async function serve(): Promise<void> {
  const { values } = parseArgs({
    options: {
      script: { type: "string" },
      answers: { type: "string" },
      log: { type: "string" },
      "idle-ms": { type: "string" },
    },
  });
  const script = values.script === undefined ? {} : faultScriptSchema.parse(readScript(values.script));
  const answer = values.answers === undefined ? {} : await importAnswers(values.answers);
  const server = await FaultServer.start({
    script,
    ...answer,
    logFile: values.log ?? null,
    idleMs: Number(values["idle-ms"] ?? 60_000),
  });
  process.stdout.write(`${JSON.stringify({ url: server.url })}\n`);
}

function readScript(file: string): unknown {
  return JSON.parse(readFileSync(file, "utf8"));
}

async function importAnswers(file: string): Promise<{ readonly answer: AnswerLine }> {
  return answersSchema.parse(await import(pathToFileURL(file).href));
}

await serve();
