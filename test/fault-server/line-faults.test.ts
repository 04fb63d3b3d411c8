import { expect, test } from "vitest";
import { type FaultScriptInput, faultScriptSchema } from "../../src/testing/fault-server/fault-script.ts";
import { FaultServer } from "../../src/testing/fault-server/fault-server.ts";
import { pickLineFaults } from "../../src/testing/fault-server/faults/pick-line-faults.ts";
import { customIdOf, linesOf, openaiClient, submit, textOf } from "./openai-client.ts";

type LineFault = NonNullable<FaultScriptInput["lines"]>[number]["fault"];

interface Ended {
  readonly output: readonly string[];
  readonly error: readonly string[];
  readonly outputText: string;
  readonly errorFileId: string | null;
  readonly counts: unknown;
}

/** What a batch of a, b and c comes to. */
async function ended(script: FaultScriptInput): Promise<Ended> {
  await using server = await FaultServer.start({ script, now: () => 0 });
  const client = openaiClient(`${server.url}/v1`);
  const { id } = await submit(client);
  server.finish(id);
  const batch = await client.batches.retrieve(id);
  const read = (file: string | null | undefined): Promise<readonly string[]> =>
    file === null || file === undefined || file === "" ? Promise.resolve([]) : linesOf(client, file);
  return {
    output: await read(batch.output_file_id),
    error: await read(batch.error_file_id),
    outputText: await textOf(client, batch.output_file_id),
    errorFileId: batch.error_file_id ?? null,
    counts: batch.request_counts,
  };
}

function hitting(customId: string, ...faults: readonly LineFault[]): FaultScriptInput {
  return { lines: faults.map((fault) => ({ customIds: [customId], fault })) };
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

test("a failed request stands among the failures", async () => {
  const { output, error } = await ended(hitting("b", { kind: "status", status: 500, message: "Oh." }));

  expect(output.map(customIdOf)).toEqual(["a", "c"]);
  expect(error.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    {
      custom_id: "b",
      response: { status_code: 500, body: { error: { message: "Oh.", type: "server_error" } } },
      error: null,
    },
  ]);
});

test("a failed request can stand among the successes", async () => {
  const { output, error } = await ended(hitting("b", { kind: "status", status: 400, in: "output" }));

  expect(output.map(customIdOf)).toEqual(["a", "b", "c"]);
  expect(JSON.parse(output[1] ?? "")).toMatchObject({ response: { status_code: 400 } });
  expect(error).toEqual([]);
});

test("a line can say status 0 and nothing else", async () => {
  const { output } = await ended(hitting("b", { kind: "status_zero" }));

  expect(JSON.parse(output[1] ?? "")).toMatchObject({
    response: { status_code: 0, request_id: "", body: null },
    error: null,
  });
});

test("a request can be too late alone", async () => {
  const { error } = await ended(hitting("b", { kind: "expired" }));

  expect(JSON.parse(error[0] ?? "")).toMatchObject({ response: null, error: { code: "batch_expired" } });
});

const plainText = /^Answer [0-9a-f]{12} to b\.$/u;

test.each([
  ["refused", "stop", null, "I cannot help with that."],
  ["filtered", "content_filter", "", null],
  ["empty", "length", "", null],
  ["length", "length", expect.not.stringMatching(plainText), null],
  ["prose", "stop", expect.stringMatching(/^Sure!/u), null],
  ["no_usage", "stop", expect.stringMatching(plainText), null],
] as const)("an answer that is %s says so", async (kind, finish, content, refusal) => {
  const { output } = await ended(hitting("b", { kind }));

  const { response } = JSON.parse(output[1] ?? "") as { readonly response: { readonly body: object } };
  expect(response.body).toMatchObject({
    choices: [{ finish_reason: finish, message: { content, refusal } }],
  });
  expect("usage" in response.body).toBe(kind !== "no_usage");
});

test.each([
  ["missing", ["a", "c"]],
  ["duplicated", ["a", "b", "b", "c"]],
  ["foreign_after", ["a", "b", expect.stringMatching(/^foreign-/u), "c"]],
] as const)("a line can be %s", async (kind, names) => {
  const { output } = await ended(hitting("b", { kind }));

  expect(output.map(customIdOf)).toEqual(names);
});

test("a line can come once as a success and once as a failure", async () => {
  const { output, error } = await ended(hitting("b", { kind: "contradicted" }));

  expect(output.map(customIdOf)).toEqual(["a", "b", "c"]);
  expect(error.map(customIdOf)).toEqual(["b"]);
});

test.each(["corrupted", "cut"] as const)("a line that is %s is no JSON, and the others are", async (kind) => {
  const { output } = await ended(hitting("b", { kind }));

  expect(output.map(isJson)).toEqual([true, false, true]);
});

test("a line can lose its name", async () => {
  const { output } = await ended(hitting("b", { kind: "no_custom_id" }));

  expect(output.map((line) => (JSON.parse(line) as Record<string, unknown>)["custom_id"])).toEqual([
    "a",
    undefined,
    "c",
  ]);
});

test("faults of one line come together", async () => {
  const { output } = await ended(
    hitting("b", { kind: "length" }, { kind: "no_usage" }, { kind: "duplicated" }),
  );

  expect(output.map(customIdOf)).toEqual(["a", "b", "b", "c"]);
  expect(output[1]).toContain('"finish_reason":"length"');
  expect(output[1]).not.toContain('"usage"');
});

test("a file can have every strange end of line at once", async () => {
  const { outputText } = await ended({
    batches: [{ files: ["bom", "crlf", "blank_lines", "line_separator", "reversed"] }],
  });

  expect(outputText.startsWith("\uFEFF")).toBe(true);
  expect(outputText.match(/\u2028/gu)).toHaveLength(3);
  const lines = outputText.slice(1).split("\r\n");
  expect(lines.map((line) => (line === "" ? "" : customIdOf(line)))).toEqual(["c", "", "b", "", "a", ""]);
});

test("a shuffled file has the same lines in an order that the seed decides", async () => {
  const orderOf = async (seed: number): Promise<string> =>
    (await ended({ seed, batches: [{ files: ["shuffled"] }] })).output.map(customIdOf).join("");

  const orders = await Promise.all([1, 2, 3, 4, 5, 6].map(orderOf));

  expect(await orderOf(1)).toBe(orders[0]);
  expect(new Set(orders).size).toBeGreaterThan(1);
  expect(orders.map((order) => order.split("").toSorted().join(""))).toEqual(orders.map(() => "abc"));
});

test.each([
  ["null", null],
  ["empty_id", ""],
  ["empty_file", expect.stringMatching(/^file-/u)],
] as const)("without failures there is no error file, told as %s", async (noErrorFile, id) => {
  const { errorFileId, error } = await ended({ batches: [{ noErrorFile }] });

  expect(errorFileId).toEqual(id);
  expect(error).toEqual([]);
});

test("by chance half of the lines fail, and the seed alone decides which", () => {
  const names = Array.from({ length: 100 }, (_, index) => `item-${index}`);
  const hits = (seed: number): readonly string[] => {
    const script = faultScriptSchema.parse({
      seed,
      lines: [{ probability: 0.5, fault: { kind: "status_zero" } }],
    });
    return names.filter((name) => pickLineFaults(script, 1, name).outcome.length > 0);
  };

  expect(hits(1).length).toBeGreaterThan(30);
  expect(hits(1).length).toBeLessThan(70);
  expect(hits(1)).toEqual(hits(1));
  expect(hits(2)).not.toEqual(hits(1));
});

test("the same seed, questions and time bring the same bytes", async () => {
  const script: FaultScriptInput = { seed: 3, lines: [{ probability: 0.5, fault: { kind: "corrupted" } }] };

  expect(await ended(script)).toEqual(await ended(script));
});
