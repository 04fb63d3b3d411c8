import fc from "fast-check";
import { expect, test } from "vitest";
import { cpuMs } from "../../testing/cpu-time.ts";
import { z } from "zod";
import type { Finish } from "../../ports/model.ts";
import { readJsonAnswer, type Rung } from "./read-json-answer.ts";

const shape = z.object({ steps: z.array(z.object({ name: z.string() })) });
const value = { steps: [{ name: "a" }, { name: 'say "b" in {braces}' }] };
const json = JSON.stringify(value);

function read(text: string, finish: Finish = "stop"): ReturnType<typeof readJsonAnswer<typeof value>> {
  return readJsonAnswer({ text, finish }, shape);
}

const draft = JSON.stringify({ steps: [{ name: "a draft" }] });

test.each<[string, string, Rung]>([
  ["as it is", json, "whole"],
  ["after a byte order mark and blanks", `\uFEFF\n ${json} \n`, "whole"],
  ["after thinking", `<think>${draft}, or {…} not</think>\n${json}`, "whole"],
  ["quoted once more", JSON.stringify(json), "whole"],
  ["in a fenced block", `Here it is:\n\`\`\`json\n${json}\n\`\`\`\nGood luck!`, "part"],
  ["in a block of its own language, with other line ends", `\`\`\`jsonc\r\n${json}\r\n\`\`\``, "part"],
  ["between sentences", `It's "this": ${json} That's all.`, "part"],
  ["after a draft", `First ${draft}, but better: ${json}`, "part"],
  ["after another object", `Given {"goal": "x"} I say ${json}`, "part"],
  ["before another object", `${json} costs {"usd": 1}`, "part"],
  ["in the last of two blocks", `\`\`\`json\n${draft}\n\`\`\`\n\`\`\`json\n${json}\n\`\`\``, "part"],
  ["with a comma too many", json.replace("]}", ",]}"), "mended"],
  ["with a comment", json.replace("[", "[ // the steps\n"), "mended"],
])("an answer is read %s", (_name, text, rung) => {
  expect(read(text)).toEqual({ kind: "read", value, rung });
});

test("quotes of other languages are mended", () => {
  expect(read("{'steps': [{'name': 'a'},]}")).toEqual({
    kind: "read",
    value: { steps: [{ name: "a" }] },
    rung: "mended",
  });
});

test.each(["", "I would rather not.", "{", "}{", "[1,", "```json\n{\n```", '"text"', '"{"'])(
  "%j holds no object",
  (text) => {
    expect(read(text)).toEqual({ kind: "unreadable", problems: ["The answer holds no JSON object."] });
  },
);

test.each<[Finish, string]>([
  ["length", "The answer was cut off at its longest; answer with less."],
  ["refusal", "The answer was a refusal."],
  ["filter", "The answer was withheld by a filter."],
])("an answer that ended by %s is not read, however whole it looks", (finish, problem) => {
  expect(read(json, finish)).toEqual({ kind: "unreadable", problems: [problem] });
});

test("an answer whose end nobody named is read but not mended", () => {
  expect(read(`Well: ${json}`, "other")).toEqual({ kind: "read", value, rung: "part" });
  expect(read(json.replace("]}", ",]}"), "other").kind).toBe("unreadable");
});

test("the complaint is about what stands there, by the name of the field", () => {
  const reading = read('Done: {"steps": "none"}');

  expect(reading).toEqual({ kind: "unreadable", problems: [expect.stringContaining("steps") as string] });
});

test("an answer that was cut off anywhere is never read, whatever its provider says of its end", () => {
  const whole = JSON.stringify(
    { steps: [value, value.steps[0], { name: "c", steps: value.steps }] },
    null,
    1,
  );
  const fence = "```";
  const wraps: readonly ((text: string) => string)[] = [
    (text) => text,
    (text) => `Here:\n${fence}json\n${text}`,
    (text) => `Here:\n${fence}json\n${text}\n${fence}`,
  ];
  for (const wrap of wraps) {
    for (let length = 0; length < whole.length; length += 1) {
      const text = wrap(whole.slice(0, length));
      const reading = readJsonAnswer({ text, finish: "stop" }, z.object({ steps: z.any() }));

      expect([text, reading.kind]).toEqual([text, "unreadable"]);
    }
  }
});

test("no text makes the reader throw, and many braces do not make it slow", () => {
  const bracy = fc.string({
    unit: fc.constantFrom("{", "}", '"', "\\", "```\n", "a", ":", ",", "[", "]"),
    maxLength: 60,
  });
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), bracy), (text) => {
      expect(["read", "unreadable"]).toContain(read(text).kind);
    }),
    { numRuns: 500 },
  );

  const started = cpuMs();
  for (const brace of ["{", "}", "{}", '{"', "```\n"]) read(brace.repeat(100_000));
  expect(cpuMs() - started).toBeLessThan(5_000);
});
