import { expect, test } from "vitest";
import { sampleNotification } from "../../testing/delivery-samples.ts";
import { describeChannel } from "../../testing/describe-channel.ts";
import { type LineSink, TerminalChannel } from "./terminal-channel.ts";

const never = new AbortController().signal;

function collect(): { readonly lines: readonly string[]; readonly sink: LineSink } {
  const lines: string[] = [];
  return {
    lines,
    sink: {
      write: (line, done) => {
        lines.push(line);
        done(null);
      },
    },
  };
}

describeChannel("TerminalChannel", async () => {
  const { lines, sink } = collect();
  return {
    channel: new TerminalChannel(sink),
    arrived: async () => lines,
    [Symbol.asyncDispose]: async () => {},
  };
});

test("a message is one line: what happened and what to do next", async () => {
  const { lines, sink } = collect();
  const text = "Add due dates\nAAS-1 Model: done\naas automate approve run_1\n";

  await new TerminalChannel(sink).deliver(sampleNotification({ title: "Needs your approval", text }), never);

  expect(lines).toEqual(["Needs your approval · aas automate approve run_1\n"]);
});

test("nothing in a message can steer the terminal, and none is endless", async () => {
  const { lines, sink } = collect();
  const title = "a\u001B[2Jb\r\nc\u009Bd\u202Ee\u2028f\u200Bg";

  await new TerminalChannel(sink).deliver(sampleNotification({ title, text: "x".repeat(1000) }), never);

  expect(lines).toEqual([`a [2Jb c d e f g · ${"x".repeat(299)}…\n`]);
});

test("a terminal that is gone is a failure for good, not an error", async () => {
  const sink: LineSink = { write: (_, done) => done(new Error("EPIPE")) };

  expect(await new TerminalChannel(sink).deliver(sampleNotification(), never)).toEqual({
    kind: "failed",
    reason: "the terminal is gone: EPIPE",
    isPermanent: true,
  });
});
