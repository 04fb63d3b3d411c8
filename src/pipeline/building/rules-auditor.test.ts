import { expect, test } from "vitest";
import type { Finding } from "../../domain/audit.ts";
import type { AuditOpinion } from "../../ports/auditor.ts";
import { sampleTask } from "../../testing/samples.ts";
import { rulesAuditor } from "./rules-auditor.ts";

function audit(diff: string): Promise<AuditOpinion> {
  return rulesAuditor.audit({ task: sampleTask(), files: [], diff }, AbortSignal.timeout(10_000));
}

function diffOf(...lines: readonly string[]): string {
  const before = lines.filter((line) => !line.startsWith("+")).length;
  const after = lines.filter((line) => !line.startsWith("-")).length;
  const head = ["diff --git a/src/a.ts b/src/a.ts", "--- a/src/a.ts", "+++ b/src/a.ts"];
  return [...head, `@@ -1,${before} +1,${after} @@`, ...lines].join("\n");
}

function finding(category: string, description: string, location: string): Finding {
  return { severity: "major", category, description, location };
}

const undone = "leaves work undone instead of doing it";
const switchedOff = "switches a test off or narrows the suite to one test";
const privateKey = "contains a private key";

test.each([
  ['+  throw new Error("not implemented");', "quality", undone],
  ["+    raise NotImplementedError", "quality", undone],
  ["+  throw new Error('TODO: later');", "quality", undone],
  ['+  test.skip("adds", () => {});', "test", switchedOff],
  ['+  it.only("adds", () => {});', "test", switchedOff],
  ['+describe.skip("todo", () => {});', "test", switchedOff],
  ["+@pytest.mark.skip", "test", switchedOff],
  ['+test("adds", { skip: true }, () => {});', "test", switchedOff],
  ['+test("adds", { todo: "later" }, () => {});', "test", switchedOff],
  ["+  t.skip();", "test", switchedOff],
  ['+xit("adds", () => {});', "test", switchedOff],
  ['+    pytest.skip("no")', "test", switchedOff],
  ['+        self.skipTest("no")', "test", switchedOff],
  ['+    @unittest.skip("flaky")', "test", switchedOff],
  ["+-----BEGIN PRIVATE KEY-----", "security", privateKey],
  ["+-----BEGIN RSA PRIVATE KEY-----", "security", privateKey],
])("%j is sent back", async (line, category, description) => {
  expect(await audit(diffOf(" const a = 1;", line))).toEqual({
    verdict: "changes_requested",
    findings: [finding(category, description, "src/a.ts:2")],
  });
});

test.each([
  ["an empty diff", ""],
  ["an ordinary line", diffOf(" const a = 1;", "+const b = 2;")],
  ["a skip that is taken away", diffOf('-  test.skip("adds", () => {});')],
  ["a skip that stood there before", diffOf(' test.skip("adds", () => {});', "+const b = 2;")],
  ["methods with such names", diffOf("+const list = items.only(3).skip(2);")],
  ["a public key", diffOf("+// A public key: -----BEGIN PUBLIC KEY-----")],
])("%s is approved", async (_name, diff) => {
  expect(await audit(diff)).toEqual({ verdict: "approved", findings: [] });
});

test("every finding says its file and line, over several hunks and files", async () => {
  const diff = [
    diffOf(" one", "-two", "+raise NotImplementedError", " three"),
    "@@ -41 +41,2 @@ function b() {",
    " forty-one",
    '+it.only("adds", () => {}); // not implemented',
    "diff --git a/b.py b/b.py",
    "new file mode 100644",
    "--- /dev/null",
    "+++ b/b.py",
    "@@ -0,0 +1 @@",
    "+raise NotImplementedError",
  ].join("\n");

  expect((await audit(diff)).findings).toEqual([
    finding("quality", undone, "src/a.ts:2"),
    finding("quality", undone, "src/a.ts:42"),
    finding("test", switchedOff, "src/a.ts:42"),
    finding("quality", undone, "b.py:1"),
  ]);
});
