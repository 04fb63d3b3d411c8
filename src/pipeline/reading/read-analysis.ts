import type { Analysis, ParsedAnalysis, ReadingRung } from "../../domain/analysis.ts";
import type { Finish } from "../../domain/finish.ts";
import { analysisShape } from "./analysis-shape.ts";
import { describesWork, type Findings, noFindings, settleFindings } from "./findings.ts";
import { jsonCandidates } from "./json-candidates.ts";
import { readJsonAnswer, type Rung, withoutThinking } from "./read-json-answer.ts";
import { readLabels } from "./read-labels.ts";
import { readProse } from "./read-prose.ts";

/** Raised by every change that may read a stored answer otherwise. */
const analysisParserVersion = 1;

/**
 * Reads an analysis out of whatever a model answered, down a ladder: JSON, labelled Markdown, sentences. Never throws;
 * what none of them can read is `unreadable`, with what to tell the model.
 */
export function readAnalysis(text: string, finish: Finish): ParsedAnalysis {
  const { rung, findings, problems } = climbDown(text, finish);
  return settleFindings(findings, { rung, finish, problems, parserVersion: analysisParserVersion });
}

/** What an earlier version stored is read again with what this one can; the text itself is kept for ever. */
export function readAsNow(analysis: Analysis): Analysis {
  const reading = analysis.parsed?.reading;
  if (reading?.parserVersion === analysisParserVersion) return analysis;
  return { ...analysis, parsed: readAnalysis(analysis.raw, reading?.finish ?? "other") };
}

interface Found {
  readonly rung: ReadingRung;
  readonly findings: Findings;
  readonly problems: readonly string[];
}

function climbDown(text: string, finish: Finish): Found {
  const json = readJsonAnswer({ text, finish }, analysisShape);
  const answer = withoutThinking(text);
  if (json.kind === "read") {
    const isAlone = json.rung === "whole" && isOneObject(answer);
    const findings = isAlone ? json.value : withOtherAnswers(json.value, answer, withoutObjects(answer));
    return { rung: jsonRungs[json.rung], findings, problems: [] };
  }
  const unreadable = { rung: "unreadable", findings: noFindings, problems: json.problems } as const;
  if (finish === "refusal" || finish === "filter") return unreadable;
  const rest = withoutObjects(answer);
  const labels = readLabels(rest);
  if (describesWork(labels))
    return { rung: "labels", findings: withFirstOf(labels), problems: json.problems };
  const prose = finish === "length" ? noFindings : readProse(rest);
  return describesWork(prose) ? { rung: "prose", findings: prose, problems: json.problems } : unreadable;
}

/** What the lower rungs read; of thoughts that never ended they read nothing. */
function withoutObjects(answer: string): string {
  return withoutJson(/^<think(?:ing)?>/u.test(answer) ? "" : answer.replaceAll("\r\n", "\n"));
}

/** Most answers are: nothing stands beside the object that could contradict it, so nothing is looked for. */
function isOneObject(json: string): boolean {
  return json.startsWith("{") && !json.includes("```");
}

/** Whose first step has no label of its own has the first of the steps. */
function withFirstOf(findings: Findings): Findings {
  return findings.firstStep.length > 0 ? findings : { ...findings, firstStep: findings.steps.slice(0, 1) };
}

const jsonRungs: Readonly<Record<Rung, ReadingRung>> = {
  whole: "json",
  part: "json_part",
  mended: "json_mended",
};

const maxOtherAnswers = 20;

/** What else the text answers to the same questions, before what was chosen: it may contradict it. */
function withOtherAnswers(chosen: Findings, answer: string, rest: string): Findings {
  const others = jsonCandidates(answer)
    .slice(0, maxOtherAnswers)
    .flatMap((candidate) => {
      const reading = readJsonAnswer({ text: candidate, finish: "other" }, analysisShape);
      return reading.kind === "read" && reading.rung === "whole" ? [reading.value] : [];
    });
  const besides = [readLabels(rest), ...others];
  return {
    ...chosen,
    complexity: [...besides.flatMap(({ complexity }) => complexity), ...chosen.complexity],
    priority: [...besides.flatMap(({ priority }) => priority), ...chosen.priority],
    firstStep: [...others.flatMap(({ firstStep }) => firstStep), ...chosen.firstStep],
  };
}

/**
 * The text without its JSON. Where an object begins that never ends, all the rest goes: the lower rungs must not pick
 * fields out of an answer that was cut off.
 */
function withoutJson(text: string): string {
  const outside = jsonCandidates(text)
    .slice(0, maxOtherAnswers)
    .reduce((left, candidate) => left.replaceAll(candidate, () => ""), text);
  const cut = /\{\s*(?:"[^"\n]{0,80}"|'[^'\n]{0,80}'|\w{1,40})\s*:/u.exec(outside)?.index;
  return cut === undefined ? outside : outside.slice(0, cut);
}
