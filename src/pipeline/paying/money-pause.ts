import type { Event } from "../../domain/event.ts";
import { answerToMoney, type MoneyAnswer } from "../../domain/money/money-question.ts";

/** What settles the question of money that a run waits for. */
export function answerToPause(events: readonly Pick<Event, "type" | "details">[]): MoneyAnswer {
  const pause = events.findLast(({ type }) => type === "run.paused");
  return answerToMoney(pause?.details["question"]);
}
