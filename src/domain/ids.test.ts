import { expect, test } from "vitest";
import { isTaskKey, makeId, shortSha, toSha, toTaskKey } from "./ids.ts";

const sha = "0123456789abcdef0123456789abcdef01234567";

test("an id says what it names", () => {
  expect([makeId("run", "1"), makeId("tsk", "x")]).toEqual(["run_1", "tsk_x"]);
});

test("a full git object name is taken, and shortened for people", () => {
  expect([toSha(sha), shortSha(toSha(sha))]).toEqual([sha, "01234567"]);
});

test.each(["", "HEAD", sha.slice(1), `${sha}0`, sha.toUpperCase(), `${sha}\n`, `-${sha.slice(1)}`])(
  "%j is no git object name",
  (text) => {
    expect(() => toSha(text)).toThrow(TypeError);
  },
);

test.each(["AAS-400", "AAS-211-1", "A1-0", "X-1-2-3"])("%s is a task key", (text) => {
  expect(isTaskKey(text)).toBe(true);
  expect(toTaskKey(text)).toBe(text);
});

test.each(["", "AAS", "AAS-", "aas-1", "1A-1", "AAS-1-", "AAS-x", "AAS-1\n", " AAS-1", "AAS_1", "AAS-１"])(
  "%j is no task key",
  (text) => {
    expect(isTaskKey(text)).toBe(false);
    expect(() => toTaskKey(text)).toThrow(TypeError);
  },
);
