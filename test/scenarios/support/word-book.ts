import { onTestFailed } from "vitest";
import type { Answer } from "../../../src/testing/scripted-model.ts";
import { playing, writing, type Part, type ScriptedModel } from "../../../src/testing/scripted-model.ts";
import { openScenario, type Scenario, type ScenarioOptions } from "../../../src/testing/scenario.ts";
import { sampleCheckDefinition } from "../../../src/testing/samples.ts";
import { planOf, type Step } from "./plan-of.ts";

/**
 * The repository that most scenarios play in: a folder of words, one file a task. Its check is a shell script, so that it
 * costs little; it is red when a file says BROKEN, and when two files say the same word, which no merge can see.
 */
const wordBook = {
  "check.sh": [
    'broken=$(grep -l BROKEN words/*); [ -z "$broken" ] || { echo "broken: $broken"; exit 1; }',
    'twice=$(cat words/* | sort | uniq -d); [ -z "$twice" ] || { echo "twice: $twice"; exit 1; }',
    "",
  ].join("\n"),
  "words/start.txt": "start\n",
};

export const wordCheck = sampleCheckDefinition({ name: "words", command: ["sh", "check.sh"] });

export interface Story extends Scenario {
  readonly model: ScriptedModel;
}

export interface StoryOptions extends Omit<ScenarioOptions, "files" | "model">, Pick<Part, "price"> {
  readonly files?: ScenarioOptions["files"];
  /** The plan, or one for each time a plan is asked for. */
  readonly plan: readonly Step[] | readonly Answer[];
  /** By the id of the step; a step that is not named writes its own word. */
  readonly answers?: Readonly<Record<string, readonly Answer[]>>;
}

/** Opens the word book with a model that plans these steps and answers so. */
export async function given(options: StoryOptions): Promise<Story> {
  const { plan, answers = {}, price, files = wordBook, policy, ...rest } = options;
  const plans = isSteps(plan) ? [planOf(...plan)] : plan;
  const steps = isSteps(plan) ? plan.map((step) => step.id) : [];
  const ids = [...new Set([...steps, ...Object.keys(answers)])];
  const builds = Object.fromEntries(ids.map((id) => [titleOfStep(id), answers[id] ?? [word(id)]]));
  const model = playing({ plans, builds, ...(price === undefined ? {} : { price }) });
  const scenario = await openScenario({ ...rest, files, model, policy: { checks: [wordCheck], ...policy } });
  onTestFailed(() => void process.stderr.write(`${scenario.troubles.join("\n")}\n`));
  return { ...scenario, model };
}

function isSteps(plan: StoryOptions["plan"]): plan is readonly Step[] {
  const [first] = plan;
  return typeof first === "object" && "id" in first;
}

export function titleOfStep(id: string): string {
  return `Write ${id}`;
}

/** The answer that writes a word into the file of that name. */
export function word(id: string, text = id): string {
  return writing({ [`words/${id}.txt`]: `${text}\n` });
}
