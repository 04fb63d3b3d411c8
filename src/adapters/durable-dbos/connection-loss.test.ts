import { expect, test } from "vitest";
import { isConnectionLoss, nameForDbos } from "./connection-loss.ts";

test.each(["EPIPE", "ECONNRESET", "ENOENT", "57P01", "57P03", "08006"])(
  "%s means that the database may be away",
  (code) => {
    expect(isConnectionLoss(withCode(code))).toBe(true);
  },
);

test.each(["23505", "22021", "53100", "57014"])("%s is an answer of a database that is there", (code) => {
  expect(isConnectionLoss(withCode(code))).toBe(false);
});

test("the driver's own errors have no code", () => {
  expect(isConnectionLoss(new Error("Connection terminated unexpectedly"))).toBe(true);
  expect(isConnectionLoss(new Error("Query read timeout"))).toBe(true);
  expect(isConnectionLoss(new Error("Step 3 was recorded under another name"))).toBe(false);
});

test("the cause counts", () => {
  expect(isConnectionLoss(new Error("Could not record", { cause: withCode("EPIPE") }))).toBe(true);
});

test("a broken pipe gets a name for which DBOS waits, a broken rule keeps its own", () => {
  const errors = [withCode("EPIPE"), withCode("23505")];

  for (const error of errors) nameForDbos(error);

  expect(errors.map((error) => error.code)).toEqual(["ECONNRESET", "23505"]);
});

function withCode(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error("It broke"), { code });
}
