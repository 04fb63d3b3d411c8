import { afterAll, expect, test } from "vitest";
import { toJsonSchema } from "../../src/config/json-schema.ts";
import { createRepository } from "../../src/testing/git-fixtures.ts";
import { openCommandLine } from "./command-line.ts";

const line = openCommandLine();
const shop = line.setUpRepository("shop", {
  "aas.config.jsonc":
    '{\n  // told apart from the default\n  "budget": { "perRunUsd": 3 },\n  "notify": { "discord": "env:SHOP_HOOK" }\n}\n',
});

afterAll(() => line.close());

test("every setting is shown with where its value comes from", async () => {
  const env = { AAS_LIMITS_ATTEMPTS: "7" };

  const { stdout, stderr, code } = await line.run(["config", "show", "--origin"], { cwd: shop.folder, env });

  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(/^budget\.perRunUsd +3 +project aas\.config\.jsonc on main$/mu);
  expect(stdout).toMatch(/^limits\.attempts +7 +environment AAS_LIMITS_ATTEMPTS$/mu);
  expect(stdout).toMatch(/^delivery +"run" +default$/mu);
});

test("without --origin only the values are shown", async () => {
  const { stdout } = await line.run(["config", "show"], { cwd: shop.folder });

  expect(stdout).toMatch(/^budget\.perRunUsd +3$/mu);
});

test("scripts get values and origins, and no secret", async () => {
  const env = {
    SHOP_HOOK: "https://discord.example/hook/very-secret",
    AAS_NOTIFY_SLACK: "https://slack.example/very-secret",
  };

  const { document, stdout } = await line.runJson(["config", "show"], { cwd: shop.folder, env });

  expect(document.result.settings).toContainEqual({
    path: "notify.discord",
    value: "env:SHOP_HOOK",
    origin: { kind: "project", file: "aas.config.jsonc on main" },
  });
  expect(stdout).not.toContain("very-secret");
});

test("what an edited file in the checkout says has no say before it is committed", async () => {
  shop.write({ "aas.config.jsonc": '{ "budget": { "perRunUsd": 99 } }\n' });

  const { stdout, stderr } = await line.run(["config", "show"], { cwd: shop.folder });
  shop.git("checkout", "--quiet", "aas.config.jsonc");
  const after = await line.run(["config", "show"], { cwd: shop.folder });

  expect(stdout).toMatch(/^budget\.perRunUsd +3$/mu);
  expect(stderr).toContain(
    "aas.config.jsonc in your checkout is not the one on main, which alone is in force",
  );
  expect(after.stderr).toBe("");
});

test("lines with other ends are no edit", async () => {
  const text = shop.git("show", "HEAD:aas.config.jsonc");
  shop.write({ "aas.config.jsonc": `${text}\n`.replaceAll("\n", "\r\n") });

  const { stderr } = await line.run(["config", "show"], { cwd: shop.folder });
  shop.git("checkout", "--quiet", "aas.config.jsonc");

  expect(stderr).toBe("");
});

test("a mistyped variable is told beside the answer", async () => {
  const { code, stderr } = await line.run(["config", "show"], {
    cwd: shop.folder,
    env: { AAS_BUDGET_PER_RUN: "3" },
  });

  expect(code).toBe(0);
  expect(stderr).toContain("AAS_BUDGET_PER_RUN is not a setting");
});

test("a repository that is not set up shows the defaults and says so", async () => {
  const plain = createRepository(`${line.folder}/plain`, { message: "start" });

  const { code, stdout, stderr } = await line.run(["config", "show"], { cwd: plain.folder });

  expect(code).toBe(0);
  expect(stdout).toMatch(/^budget\.perRunUsd +10$/mu);
  expect(stderr).toContain("plain is not set up yet (aas init)");
});

test("settings that are wrong name the field, the place and the cure", async () => {
  const wrong = line.setUpRepository("wrong", {
    "aas.config.jsonc": '{\n  "budget": { "perRunUsd": "a lot" }\n}\n',
  });

  const { code, document } = await line.runJson(["config", "show"], { cwd: wrong.folder });

  expect(code).toBe(3);
  expect(document.error).toMatchObject({ code: "config_invalid", fix: expect.any(String) });
  expect(document.error?.message).toMatch(/on main, line 2: .*budget\.perRunUsd/u);
});

test("the schema is the one that editors complete with, and needs no repository", async () => {
  const { stdout, code } = await line.run(["config", "schema"], { cwd: line.folder });

  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual(JSON.parse(JSON.stringify(toJsonSchema())));
});
