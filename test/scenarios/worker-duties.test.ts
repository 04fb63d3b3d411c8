import { expect, test } from "vitest";
import type { Durable } from "../../src/ports/durable.ts";
import { step } from "./support/plan-of.ts";
import { given } from "./support/word-book.ts";

/** An engine that says of every workflow that it waits for a signal, and takes none. */
function deaf(durable: Durable): Durable {
  return {
    launch: (definitions) => durable.launch(definitions),
    shutdown: () => durable.shutdown(),
    start: (request) => durable.start(request),
    signal: () => Promise.reject(new Error("no signals today")),
    cancel: (id) => durable.cancel(id),
    resume: (id) => durable.resume(id),
    find: async () => ({ kind: "pending" }),
  };
}

test("signals that cannot be relayed keep no question from people", async () => {
  await using story = await given({
    plan: [step("one")],
    policy: { requireApproval: true },
    deps: ({ durable }) => ({ durable: deaf(durable) }),
  });
  await story.settle((await story.start("Write a word")).id);

  const { id } = await story.start("Write a word");
  await story.until(id, () => story.messages.some(({ runId }) => runId === id));

  expect(story.troubles.some((trouble) => trouble.includes("no signals today"))).toBe(true);
});
