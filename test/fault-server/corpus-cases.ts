import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const corpusSchema = z.object({ cases: z.array(z.record(z.string(), z.unknown())) });

export const corpora: string | undefined = process.env["AAS_CORPORA"];

/** The cases as they were written down. */
export function corpusCases(folder: string): readonly Readonly<Record<string, unknown>>[] {
  return corpusSchema.parse(JSON.parse(readFileSync(join(folder, "batch-faults.json"), "utf8"))).cases;
}
