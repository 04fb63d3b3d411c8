import { AasError } from "../../domain/errors.ts";
import type { ModelReply, ModelRequest } from "../../ports/model.ts";
import { hashRequest, type RecordedReply, type Replies } from "./replies.ts";

type Asked = Pick<ModelRequest, "purpose" | "system" | "prompt">;

/** The reply to exactly this request. There is none for a request that only resembles a recorded one. */
export function findReply(replies: Replies, request: Asked): ModelReply | AasError {
  const found = replies.byHash.get(hashRequest(request));
  if (found !== undefined) return found.reply;
  return new AasError(
    "provider_refused",
    `No reply is recorded for this ${request.purpose} request. ${describeDifference(replies, request)}`,
    { cure: "Recorded replies answer only what was recorded; configure a model for anything else." },
  );
}

const shownLines = 3;
const shownCharacters = 160;

/** Where the request leaves the recorded one that follows it furthest: for people who look for the reason. */
function describeDifference(replies: Replies, request: Asked): string {
  const recorded = [...replies.byHash.values()].filter((reply) => reply.purpose === request.purpose);
  const asked = linesOf(request);
  let nearest: { readonly lines: readonly string[]; readonly common: number } | null = null;
  for (const lines of recorded.map(linesOf)) {
    const common = commonLines(asked, lines);
    if (nearest === null || common > nearest.common) nearest = { lines, common };
  }
  if (nearest === null) return `Nothing is recorded for ${request.purpose}. It asks:\n${show("+", asked, 0)}`;
  const { lines, common } = nearest;
  return `The nearest one differs from line ${common + 1} on:\n${show("-", lines, common)}\n${show("+", asked, common)}`;
}

function linesOf({ system, prompt }: Pick<RecordedReply, "system" | "prompt">): readonly string[] {
  return `${system}\n${prompt}`.split("\n");
}

function commonLines(one: readonly string[], other: readonly string[]): number {
  const end = one.findIndex((line, index) => line !== other[index]);
  return end === -1 ? one.length : end;
}

function show(sign: "+" | "-", lines: readonly string[], from: number): string {
  const shown = lines.slice(from, from + shownLines);
  const cut = shown.map((line) => `${sign} ${line.slice(0, shownCharacters)}`);
  return cut.length === 0 ? `${sign} (it ends)` : cut.join("\n");
}
