import { expect, test } from "vitest";
import { diskFull, isOfFullDisk } from "./full-disk.ts";

function withCode(code: string): Error {
  return Object.assign(new Error("no"), { code });
}

test.each([
  [withCode("ENOSPC"), true],
  [new Error("git failed", { cause: withCode("EDQUOT") }), true],
  [withCode("ENOENT"), false],
  [new Error("ENOSPC"), false],
  [{ code: "ENOSPC" }, false],
])("whether the disk is full according to %o: %j", (error, is) => {
  expect(isOfFullDisk(error)).toBe(is);
});

test("a full disk passes when somebody makes room", () => {
  const cause = withCode("ENOSPC");

  expect(diskFull("No room for it.", cause)).toMatchObject({
    code: "disk_full",
    message: "No room for it.",
    cure: "Make room on the disk, then repeat.",
    retryable: true,
    cause,
  });
});
