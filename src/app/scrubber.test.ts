import { expect, test } from "vitest";
import { makeJsonLogger } from "../adapters/json-log/json-logger.ts";
import { makeScrubber } from "./scrubber.ts";

const canary = ["canary", "0123456789"].join("-");
const scrub = makeScrubber({ OPENAI_API_KEY: canary, PATH: "/usr/bin:/bin", SHORT_TOKEN: "abc" });

test("values of variables that are named like secrets are taken out, all others stay", () => {
  expect(scrub(`Bearer ${canary} from /usr/bin:/bin abc`)).toBe("Bearer [secret] from /usr/bin:/bin abc");
});

test("a secret in a message, a field, an error or deep inside never reaches a log line", () => {
  const lines: string[] = [];
  const write = (line: string): void => void lines.push(line);
  const log = makeJsonLogger({ write, now: () => new Date(0), level: "debug", scrub });

  log.info({ deep: { list: [{ authorization: `Bearer ${canary}` }] } }, `got ${canary}`);
  log.error({ error: new Error(`refused ${canary}`, { cause: new Error(canary) }) }, "failed");

  expect(lines.join("")).not.toContain(canary);
  expect(lines).toHaveLength(2);
});
