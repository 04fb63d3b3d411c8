import { describe, expect, test } from "vitest";
import { assertNewPath, assertRefName } from "./names.ts";

describe("a new file", () => {
  test.each([
    ["../x"],
    ["/x"],
    ["a/../x"],
    ["a//x"],
    ["./x"],
    [""],
    ["-x"],
    ["a/-x"],
    ["a\nb"],
    ["a\0b"],
    ["a\\b"],
    [".git/config"],
    [".GIT/config"],
    ["a/.git/hooks/x"],
    ["git~1/x"],
    [".git ./x"],
    [".git::$INDEX_ALLOCATION/x"],
    [".g\u200Cit/config"],
    ["C:/x"],
    ["\uD800"],
    ["x".repeat(256)],
  ])("cannot be called %j", (path) => {
    expect(() => assertNewPath(path)).toThrow(expect.objectContaining({ code: "not_allowed" }));
  });

  test.each([["a-b/c.txt"], [".gitignore"], [".github/x.yml"], ["ünï ☃/日本.txt"], ["a b/c'd"], ["git~x"]])(
    "can be called %j",
    (path) => {
      expect(() => assertNewPath(path)).not.toThrow();
    },
  );
});

describe("a ref", () => {
  test.each([
    ["HEAD"],
    ["main"],
    ["refs/heads"],
    ["refs/heads/"],
    ["--all"],
    ["refs/heads/-x"],
    ["refs/heads/a..b"],
    ["refs/heads/a b"],
    ["refs/heads/a\nb"],
    ["refs/heads/x.lock"],
    ["refs/heads/.x"],
    ["refs/heads/a~1"],
    ["refs/heads/a^"],
    ["refs/heads/a:b"],
    ["refs/heads/*"],
    ["refs/heads/a@{1}"],
    ["refs/heads/a//b"],
    ["refs/heads/a."],
  ])("cannot be called %j", (ref) => {
    expect(() => assertRefName(ref)).toThrow(expect.objectContaining({ code: "not_allowed" }));
  });

  test.each([["refs/heads/main"], ["refs/aas/run/1/x"], ["refs/heads/ü-x.y"], ["refs/tags/v1.0"]])(
    "can be called %j",
    (ref) => {
      expect(() => assertRefName(ref)).not.toThrow();
    },
  );
});
