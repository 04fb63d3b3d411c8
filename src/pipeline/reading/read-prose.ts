import { type Findings, noFindings } from "./findings.ts";
import { saysNothing, splitInline } from "./list-items.ts";
import { withoutEmphasis } from "./markdown-line.ts";
import { readComplexity, readPriority } from "./read-levels.ts";

const level = "(?:low|medium|moderate|high|simple|trivial|easy|hard|difficult)";
const pair = `${level}(?:(?:-|\\s)(?:to|or)(?:-|\\s)${level})?`;

const complexityForms: readonly RegExp[] = [
  new RegExp(
    `\\bcomplexity\\b(?:\\s+(?:of|for)\\s+(?:this|the)\\s+\\w+)?\\s+(?:is|as|to be|seems|looks|appears|would be|at)\\s+(?:\\w+\\s+){0,3}?(?<value>${pair})\\b`,
    "iu",
  ),
  new RegExp(`\\b(?<value>${pair})[-\\s]complexity\\b`, "iu"),
  new RegExp(`\\b(?<value>${pair})\\s+(?:in|level of)\\s+(?:complexity|difficulty)\\b`, "iu"),
  new RegExp(
    `\\b(?:a|an|is|as|be)\\s+(?:fairly\\s+|rather\\s+|relatively\\s+|very\\s+)?(?<value>${level})\\s+(?:task|change|piece of work|one)\\b`,
    "iu",
  ),
];
const priorityForm =
  /\bpriority\b(?:\s+\w+){0,3}?\s+(?:should|could|can|may|might|must|to)?\s*(?:be\s+|to\s+)?(?<value>(?:kept|keep|stay|remain|unchanged|raised?|increased?|elevated?|lowered?|decreased?|reduced?|stays?|remains?)\b[^.;\n]{0,60})/iu;
const priorityVerbForm =
  /\b(?<value>(?:keep|keeping|leave|leaving|raise|raising|increase|increasing|elevate|elevating|lower|lowering|decrease|decreasing|reduce|reducing)\s+(?:the|its|this)\s+(?:\w+\s+){0,2}?priority\b[^.;\n]{0,60})/iu;
const blockerForms: readonly RegExp[] = [
  /\b(?:blockers?|dependenc(?:y|ies)|obstacles?)\s+(?:is|are|include|includes|would be|could be|might be)\s*:?\s+(?<value>[^.\n]{3,300})/iu,
  /\b(?:is|are|be|gets?)\s+blocked\s+(?:by|on)\s+(?<value>[^.\n]{3,300})/iu,
];
const firstStepForms: readonly RegExp[] = [
  /\b(?:first|next|initial)\s+(?:step|thing(?:\s+to\s+do)?|action|task)\s+(?:is|would be|should be|could be|will be)\s*:?\s+(?:to\s+)?(?<value>[^\n]{3,400}?)(?:[.!](?:\s|$)|$)/imu,
  /\b(?:start|begin|starting|beginning)\s+(?:by|with)\s+(?<value>[^\n]{3,400}?)(?:[.!](?:\s|$)|$)/imu,
];

const maxProse = 20_000;

/** Guesses from plain sentences, which are never trusted far. A sentence that denies is not read. */
export function readProse(text: string): Findings {
  const prose = withoutEmphasis(text.slice(0, maxProse)).replaceAll("`", "");
  const sentences = prose
    .split(/(?<=[.!?])\s+|\n+/u)
    .filter((sentence) => !/\b(?:not|never|isn't|n't|neither)\b/iu.test(sentence));
  return {
    ...noFindings,
    complexity: sentences.flatMap((sentence) =>
      firstRead(valuesOf(sentence, complexityForms), readComplexity),
    ),
    priority: prose
      .split(/(?<=[.!?])\s+|\n+/u)
      .flatMap((sentence) =>
        firstRead(valuesOf(sentence, [priorityForm, priorityVerbForm]), readPriorityPhrase),
      ),
    blockers: blockersIn(sentences),
    firstStep: sentences.flatMap((sentence) => valuesOf(sentence, firstStepForms)).slice(0, 1),
  };
}

function valuesOf(sentence: string, forms: readonly RegExp[]): readonly string[] {
  return forms.flatMap((form) => form.exec(sentence)?.groups?.["value"]?.trim() ?? []);
}

function firstRead<Value>(values: readonly string[], read: (text: string) => Value | null): readonly Value[] {
  for (const value of values) {
    const found = read(value);
    if (found !== null) return [found];
  }
  return [];
}

function readPriorityPhrase(phrase: string): ReturnType<typeof readPriority> {
  return readPriority(phrase.replace(/^kept\b/iu, "keep"));
}

function blockersIn(sentences: readonly string[]): readonly string[] | null {
  const said = sentences.flatMap((sentence) => valuesOf(sentence, blockerForms).slice(0, 1));
  if (said.length === 0) return null;
  return said.flatMap(splitInline).filter((item) => !saysNothing(item));
}
