import type { MoneyAnswer } from "../../domain/money/money-question.ts";
import type { Event } from "../../domain/event.ts";
import type { Run } from "../../domain/run.ts";
import { answerToPause } from "../paying/money-pause.ts";
import type { Database } from "../../ports/database.ts";

/** Why a run stands still, in words, and the command that lets it go on. */
export interface Pause {
  readonly what: string;
  readonly command: string;
}

/** Null: it is not paused, or waits for an answer, which is asked for elsewhere. */
export async function explainPause(
  { events }: Pick<Database, "events">,
  { id, state }: Run,
): Promise<Pause | null> {
  if (state.status !== "paused" || state.reason === "approval") return null;
  const told = await events.listOfRun(id);
  const { first, option } = state.reason === "money" ? answerToPause(told) : nothingToSay;
  const why = told.findLast(({ type }) => type === "run.paused");
  const sentences = [...reasonOf(why), ...(first === null || saysCure(why) ? [] : [first])];
  return {
    what: [`paused: ${state.reason}`, ...(sentences.length === 0 ? [] : [sentences.join(" ")])].join(". "),
    command: `aas automate resume ${id}${option}`,
  };
}

const nothingToSay: MoneyAnswer = { first: null, option: "" };
const longest = 400;

/** One line, however much was said. */
function reasonOf(pause: Event | undefined): readonly string[] {
  const line = pause?.reason?.replaceAll(/\s+/gu, " ").trim() ?? "";
  if (line === "") return [];
  return [line.length <= longest ? line : `${line.slice(0, longest - 1)}…`];
}

/** An unknown price and a bill come from errors, which say what to do themselves. */
function saysCure(pause: Event | undefined): boolean {
  const question = pause?.details["question"];
  return (question === "price" || question === "bill") && reasonOf(pause).length > 0;
}
