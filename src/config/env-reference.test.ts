import { expect, test } from "vitest";
import { AasError } from "../domain/errors.ts";
import { resolveEnvReference } from "./env-reference.ts";

test("a reference stands for the value of its variable, kept secret", () => {
  const secret = resolveEnvReference("env:HOOK", { HOOK: " hunter2\n" }, "notify.discord");

  expect([secret.reveal(), String(secret)]).toEqual(["hunter2", "[secret]"]);
});

test.each([{}, { HOOK: "" }, { HOOK: "  " }])(
  "a variable that is not set is named with its cure: %j",
  (environment) => {
    expect(() => resolveEnvReference("env:HOOK", environment, "notify.discord")).toThrow(
      expect.objectContaining({
        code: "config_invalid",
        message: 'notify.discord is "env:HOOK", but the environment variable HOOK is not set.',
        cure: "export HOOK=…, or remove notify.discord.",
      }) as Error,
    );
  },
);

test("a literal secret is refused and never repeated", () => {
  const error = catchError(() => resolveEnvReference("hunter2", {}, "notify.slack"));

  expect(error.code).toBe("config_invalid");
  expect(`${error.message} ${error.cure}`).not.toContain("hunter2");
  expect(`${error.message} ${error.cure}`).toContain("notify.slack");
});

function catchError(act: () => unknown): AasError {
  try {
    act();
  } catch (error) {
    if (error instanceof AasError) return error;
    throw error;
  }
  throw new Error("It was accepted.");
}
