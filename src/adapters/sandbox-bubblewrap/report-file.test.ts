import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import { largestReportBytes, readReportFile } from "./report-file.ts";

const folder = mkdtempSync(join(tmpdir(), "report-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("a plain file is read", async () => {
  writeFileSync(join(folder, "plain"), "<testsuites/>");

  expect(await readReportFile(join(folder, "plain"))).toBe("<testsuites/>");
});

test("a link is not followed, wherever it points", async () => {
  writeFileSync(join(folder, "secret"), "secret");
  symlinkSync(join(folder, "secret"), join(folder, "link"));

  expect(await readReportFile(join(folder, "link"))).toBeNull();
});

test("a pipe that nobody writes to does not make us wait", async () => {
  await promisify(execFile)("mkfifo", [join(folder, "pipe")]);

  expect(await readReportFile(join(folder, "pipe"))).toBeNull();
});

test("a folder, a device, an empty and an absent file are no report", async () => {
  writeFileSync(join(folder, "empty"), "");
  const paths = [folder, "/dev/zero", join(folder, "empty"), join(folder, "absent")];

  expect(await Promise.all(paths.map(readReportFile))).toEqual([null, null, null, null]);
});

test("a file of an absurd size is not read", async () => {
  writeFileSync(join(folder, "huge"), "");
  truncateSync(join(folder, "huge"), largestReportBytes + 1);

  expect(await readReportFile(join(folder, "huge"))).toBeNull();
});
