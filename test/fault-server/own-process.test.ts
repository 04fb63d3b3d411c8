import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { z } from "zod";
import type { FaultScriptInput } from "../../src/testing/fault-server/fault-script.ts";
import { openaiClient, submit, textOf } from "./openai-client.ts";

const entry = fileURLToPath(new URL("../../src/testing/fault-server/serve.ts", import.meta.url));

interface Started extends AsyncDisposable {
  readonly url: string;
  readonly folder: string;
  readonly exit: Promise<number | null>;
}

async function serve(script: FaultScriptInput, idleMs = 20_000): Promise<Started> {
  const folder = await mkdtemp(join(tmpdir(), "aas-fault-server-"));
  await writeFile(join(folder, "script.json"), JSON.stringify(script));
  await writeFile(join(folder, "answers.mjs"), answers);
  const files = ["--script", "script.json", "--answers", "answers.mjs", "--log", "log.jsonl"];
  const child = spawn(process.execPath, [entry, ...files, "--idle-ms", String(idleMs)], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exit = once(child, "exit").then(([code]: readonly unknown[]) => code as number | null);
  const [line] = z.tuple([z.string()]).parse(await once(createInterface(child.stdout), "line"));
  const { url } = z.strictObject({ url: z.url() }).parse(JSON.parse(line));
  return {
    url,
    folder,
    exit,
    [Symbol.asyncDispose]: async () => {
      child.kill();
      await exit;
      await rm(folder, { recursive: true });
    },
  };
}

const answers = `
const tokens = { inputTokens: 1000, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 100, thinkingTokens: 0 };
export const answer = (customId) => ({ text: "As told: " + customId, tokens });
`;

const rates = { input: 1_000_000, cacheRead: 0, cacheWrite: 0, output: 10_000_000 };

test("a process of its own says where it is, keeps its log and its bill, and is told what to do", async () => {
  await using server = await serve({ prices: { "gpt-test": { rates } } });
  const client = openaiClient(`${server.url}/v1`);
  const { id } = await submit(client);
  const tell = (path: string): Promise<Response> =>
    fetch(`${server.url}/__faults/${path}`, { method: "POST" });
  const ask = async (path: string): Promise<unknown> =>
    (await fetch(`${server.url}/__faults/${path}`)).json();

  await tell(`finish/${id}`);
  const text = await textOf(client, (await client.batches.retrieve(id)).output_file_id);

  expect(text).toContain("As told: a");
  expect(await ask("batches")).toEqual([{ id, vendor: "openai" }]);
  expect(await ask("bill")).toMatchObject({ owedMicroUsd: 3 * 1000, untold: [] });
  const log = await ask("log");
  const written = await readFile(join(server.folder, "log.jsonl"), "utf8");
  expect(
    written
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown),
  ).toEqual(log);
  expect(log).toMatchObject([
    { method: "POST", path: "/v1/files", status: 200 },
    { method: "POST", path: "/v1/batches", created: [id], customIds: ["a", "b", "c"] },
    { method: "GET", path: `/v1/batches/${id}` },
    { method: "GET", sentBytes: Buffer.byteLength(text) },
  ]);
});

test("faults can be added from outside", async () => {
  await using server = await serve({});
  const fault = { kind: "answer", answer: { status: 418 } };

  await fetch(`${server.url}/__faults/faults`, { method: "POST", body: JSON.stringify([{ fault }]) });

  expect((await fetch(`${server.url}/v1/batches`)).status).toBe(418);
});

test("it ends by itself when nobody asks", async () => {
  await using server = await serve({}, 200);

  expect(await server.exit).toBe(0);
});
