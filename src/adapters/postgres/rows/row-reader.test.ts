import { expect, test } from "vitest";
import { RowReader } from "./row-reader.ts";

const row = {
  id: "run_1",
  text: "a",
  none: null,
  big: "9007199254740991",
  huge: "9007199254740993",
  empty: "",
  flag: true,
  time: new Date("2026-01-01T12:00:00Z"),
  noTime: new Date("no"),
  texts: ["a"],
  mixed: ["a", 1],
  object: { a: 1 },
};
const reader = new RowReader("runs", row);

test("columns are read as what they are", () => {
  const read = [
    reader.text("text"),
    reader.textOrNull("none"),
    reader.oneOf("text", ["b", "a"]),
    reader.integer("big"),
    reader.flag("flag"),
    reader.time("time"),
    reader.timeOrNull("none"),
    reader.texts("texts"),
    reader.object("object"),
    reader.objectOrNull("none"),
    reader.list("mixed"),
    reader.json("none"),
  ];

  const { text, time, texts, object, mixed } = row;
  expect(read).toEqual([
    text,
    null,
    "a",
    Number.MAX_SAFE_INTEGER,
    true,
    time,
    null,
    texts,
    object,
    null,
    mixed,
    null,
  ]);
});

test.each([
  ["an unknown word", () => reader.oneOf("text", ["x", "y"]), 'aas.runs run_1: text is "a"'],
  ["a number that no number can hold", () => reader.integer("huge"), 'huge is "9007199254740993"'],
  ["no number", () => reader.integer("empty"), 'empty is ""'],
  ["a date that is none", () => reader.time("noTime"), "noTime is null"],
  ["a missing column", () => reader.json("gone"), "gone is missing"],
  ["null where there must be text", () => reader.text("none"), "none is null"],
  ["a list of more than text", () => reader.texts("mixed"), 'mixed is ["a",1]'],
  ["a list where there must be an object", () => reader.object("texts"), 'texts is ["a"]'],
  ["text where there must be a flag", () => reader.flag("text"), 'text is "a"'],
  ["text where there must be a decimal", () => reader.decimal("text"), 'text is "a"'],
  ["an object where there must be a list", () => reader.list("object"), 'object is {"a":1}'],
])("%s is refused with its place", (_, read, said) => {
  expect(read).toThrow(said);
});
