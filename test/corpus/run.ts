// npm run corpus -- <kind> <place>: reads a corpus with the product's own code, prints what went wrong, and in the last
// line how many cases passed and failed. Ends with 0 only when there were cases and all of them passed.
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { scoreAnalyses } from "./analyses.ts";
import { scoreFaults } from "./faults/score-faults.ts";
import { type CorpusScore, isGood, renderScore } from "./corpus-score.ts";

const kinds: Readonly<Record<string, (place: string) => CorpusScore | Promise<CorpusScore>>> = {
  analyses: scoreAnalyses,
  faults: scoreFaults,
};

const [kind = "", place = ""] = process.argv.slice(2);
const score = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
if (score === undefined || place === "") {
  process.stderr.write(
    `npm run corpus -- <kind> <folder or file>; a kind is one of: ${Object.keys(kinds).join(", ")}\n`,
  );
  process.exit(2);
}

const found = resolve(process.env["INIT_CWD"] ?? "", place);
if (!existsSync(found)) process.stderr.write(`There is no ${found}.\n`);
const result = existsSync(found) ? await score(found) : { passed: [], failed: [] };
process.stdout.write(renderScore(result));
process.exitCode = isGood(result) ? 0 : 1;
