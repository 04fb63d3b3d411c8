import type { AnalysisField } from "../../domain/analysis.ts";

/** What a label or a key of an answer may name. */
export type Labelled = AnalysisField | "steps";

const asked =
  "(?:the|a|an|any|your|my|our|this|that|task|tasks|overall|suggested|recommended|proposed|advised)";
const blocker =
  "(?:blockers?|blocking (?:issues?|factors?|items?)|dependency|dependencies|obstacles?|impediments?|roadblocks?)";
const besides = "(?:risks?|challenges?|prerequisites?|constraints?|concerns?|issues?)";
const ofBlockers =
  "(?:potential|possible|key|main|known|likely|identified|current|critical|external|internal|major|technical)";

const names: readonly (readonly [Labelled, RegExp])[] = [
  [
    "complexity",
    new RegExp(
      `^(?:(?:${asked}|estimated|estimate of|expected|initial|implementation|technical|approximate|assessed|level of|degree of) )*(?:complexity|difficulty)(?: (?:estimate|estimation|assessment|level|rating|score|analysis|of (?:the|this) task))*$`,
      "u",
    ),
  ],
  [
    "priority",
    new RegExp(
      `^(?:(?:${asked}|new|adjusted|updated|potential|adjustment (?:to|of|in)|change (?:to|of|in)|suggestion for|recommendation for) )*priority(?: (?:adjustments?|changes?|suggestion|recommendation|advice|level|rating|assessment|update))*$|^(?:suggested|recommended|proposed) adjustments?$`,
      "u",
    ),
  ],
  [
    "blockers",
    new RegExp(
      `^(?:(?:${asked}|${ofBlockers}) )*(?:(?:${blocker}|${besides}) (?:(?:and|or) )*(?:${ofBlockers} )*)*${blocker}(?: (?:(?:and|or) )*(?:${ofBlockers} )*(?:${blocker}|${besides}))*(?: to consider| identified)?$`,
      "u",
    ),
  ],
  [
    "firstStep",
    new RegExp(
      `^(?:(?:${asked}) )*(?:(?:very )?(?:first|initial|immediate|starting) (?:(?:next|recommended|suggested|concrete) )?(?:steps?|actions?|task|move)|next (?:step|action)|starting point|where to (?:start|begin)|how to (?:start|begin))(?: to take)?$`,
      "u",
    ),
  ],
  [
    "steps",
    new RegExp(
      `^(?:(?:${asked}|detailed|implementation|high level|action|next|key|main|remaining|further|following) )*(?:steps|plan|approach|action items|next actions)$`,
      "u",
    ),
  ],
];

/** What a label names, whatever its writer dressed it up with; null when it is a label of something else. */
export function fieldOf(label: string): Labelled | null {
  if (label.length > 120) return null;
  const words = label
    .replaceAll(/\([^()]*\)/gu, " ")
    .replaceAll(/(?<=\p{Ll})(?=\p{Lu})/gu, " ")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, " ")
    .replace(/^[\s\d]+/u, "")
    .trim();
  return names.find(([, pattern]) => pattern.test(words))?.[0] ?? null;
}
