import { readFileSync } from "node:fs";
import { z } from "zod";
import { customIdOf } from "../../../src/pipeline/batching/read-requests.ts";
import { makeId } from "../../../src/domain/ids.ts";
import { sampleTask } from "../../../src/testing/samples.ts";
import { type FaultCase, parseFaultCase } from "../../../src/testing/fault-server/cases/fault-case.ts";
import { judgeCase } from "./judge-case.ts";
import { playCase } from "./play-case.ts";

const fileSchema = z.looseObject({
  cases: z.array(z.looseObject({ id: z.string(), items_in: z.array(z.string()).default([]) })),
});

export interface CaseVerdict {
  readonly id: string;
  readonly title: string;
  /** Empty: passed. */
  readonly complaints: readonly string[];
}

/** Every case of a file and its variants, one after the other, through the product's own adapters and pipeline. */
export async function* runFaults(file: string): AsyncGenerator<CaseVerdict> {
  const { cases } = fileSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  for (const written of cases) {
    for (const faultCase of readCase(written)) yield await judge(faultCase);
  }
}

/** The product names its requests itself: so the ids of a case are written as those that it will give. */
function readCase(written: z.infer<typeof fileSchema>["cases"][number]): readonly FaultCase[] {
  let text = JSON.stringify(written);
  for (const [index, id] of written.items_in.entries()) {
    const task = sampleTask({ id: makeId("tsk", String(index + 1)) });
    text = text.replaceAll(id, customIdOf(task, 1));
  }
  return parseFaultCase(JSON.parse(text));
}

async function judge(faultCase: FaultCase): Promise<CaseVerdict> {
  const { id, title } = faultCase;
  try {
    return { id, title, complaints: judgeCase(faultCase, await playCase(faultCase)) };
  } catch (error) {
    const complaint = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { id, title, complaints: [complaint] };
  }
}
