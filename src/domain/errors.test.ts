import { expect, test } from "vitest";
import { AasError, isAasError, messageOf } from "./errors.ts";

test("an error carries its code, its cure and its cause", () => {
  const cause = new Error("connection refused");
  const error = new AasError("database_unavailable", "The database is away.", {
    cure: "aas doctor",
    retryable: true,
    cause,
  });

  expect({
    code: error.code,
    message: error.message,
    cure: error.cure,
    retryable: error.retryable,
    cause: error.cause,
  }).toEqual({
    code: "database_unavailable",
    message: "The database is away.",
    cure: "aas doctor",
    retryable: true,
    cause,
  });
});

test("an error without options has no cure, is not retried and claims no cause", () => {
  const error = new AasError("internal", "Nobody thought of this.");

  expect([error.cure, error.retryable, "cause" in error]).toEqual([null, false, false]);
});

test("what a provider refuses had no effect; of anything else only who knows may say so", () => {
  const effects = [
    new AasError("provider_refused", "no"),
    new AasError("provider_unpaid", "no credit"),
    new AasError("provider_unavailable", "no word"),
    new AasError("provider_unavailable", "too many requests", { hadNoEffect: true }),
  ].map(({ hadNoEffect }) => hadNoEffect);

  expect(effects).toEqual([true, true, false, true]);
});

test("an error is known by its code, never by its words", () => {
  const error: unknown = new AasError("timeout", "too late");

  expect([isAasError(error), isAasError(error, "timeout"), isAasError(error, "internal")]).toEqual([
    true,
    true,
    false,
  ]);
  expect([isAasError(new Error("timeout")), isAasError({ code: "timeout" }), isAasError(null)]).toEqual([
    false,
    false,
    false,
  ]);
});

test.each<[unknown, string]>([
  [new Error("broken"), "broken"],
  ["broken", "broken"],
  [42, "42"],
  [null, "null"],
  [undefined, "undefined"],
])("%j thrown reads as %s", (thrown, expected) => {
  expect(messageOf(thrown)).toBe(expected);
});
