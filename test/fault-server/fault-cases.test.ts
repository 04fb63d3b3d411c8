import { expect, test } from "vitest";
import { z } from "zod";
import { type FaultCase, parseFaultCase } from "../../src/testing/fault-server/cases/fault-case.ts";
import { places } from "../../src/testing/fault-server/cases/case-paths.ts";
import { textAt } from "../../src/testing/fault-server/http/read-json.ts";
import { FaultServer } from "../../src/testing/fault-server/fault-server.ts";
import { corpora, corpusCases } from "./corpus-cases.ts";

const written = corpora === undefined ? [] : corpusCases(corpora);
const cases = written.flatMap((raw) => parseFaultCase(raw));
const withBatch = cases.filter(({ batch }) => batch !== null);
const headers = {
  authorization: "Bearer any",
  "x-api-key": "any",
  "anthropic-version": "1",
  "x-goog-api-key": "any",
};

interface Written {
  readonly batch: Readonly<Record<string, unknown>>;
  readonly [key: string]: unknown;
}

function writtenOf(id: string): Written {
  const [name] = id.split("/");
  return z
    .looseObject({ batch: z.record(z.string(), z.unknown()) })
    .parse(written.find((one) => one["id"] === name));
}

/** Sends a batch in the way of the vendor, as bare as it can be sent. */
async function submit({ vendor, customIds }: FaultCase, url: string): Promise<Response> {
  const [create] = places[vendor].create;
  const post = (path: string, body: unknown): Promise<Response> =>
    fetch(url + path.replace("{model}", "m"), { method: "POST", headers, body: JSON.stringify(body) });
  switch (vendor) {
    case "anthropic": {
      const params = { model: "m", max_tokens: 9, messages: [{ role: "user", content: "Hi" }] };
      return post(create?.path ?? "", { requests: customIds.map((id) => ({ custom_id: id, params })) });
    }
    case "gemini": {
      const request = { contents: [{ parts: [{ text: "Hi" }] }] };
      const requests = customIds.map((key) => ({ request, metadata: { key } }));
      return post(create?.path ?? "", {
        batch: { displayName: "k", inputConfig: { requests: { requests } } },
      });
    }
    case "openai": {
      const form = new FormData();
      form.set("purpose", "batch");
      form.set("file", new File([customIds.map(chatLine).join("\n")], "in.jsonl"));
      const upload = await fetch(`${url}/v1/files`, { method: "POST", headers, body: form });
      const { id } = z.object({ id: z.string() }).parse(await upload.json());
      const batch = { input_file_id: id, endpoint: "/v1/chat/completions", completion_window: "24h" };
      return post("/v1/batches", { ...batch, metadata: { submit_key: "mine" } });
    }
  }
}

function chatLine(customId: string): string {
  const body = { model: "m", messages: [{ role: "user", content: "Hi" }] };
  return JSON.stringify({ custom_id: customId, method: "POST", url: "/v1/chat/completions", body });
}

function pollPath({ vendor, batch }: FaultCase): string {
  const body = batch?.bodies.at(-1) ?? {};
  const name = z
    .string()
    .parse(body["id"] ?? body["name"])
    .replace("batches/", "");
  return (places[vendor].poll[0]?.path ?? "").replace("{id}", name);
}

function bytesOf(lines: unknown, raw: unknown): string {
  if (typeof raw === "string") return raw;
  return z
    .array(z.string())
    .parse(lines)
    .map((line) => `${line}\n`)
    .join("");
}

test.skipIf(corpora === undefined)("every case of the corpus can be played (needs AAS_CORPORA)", () => {
  expect(written).toHaveLength(75);
  expect(cases.length).toBeGreaterThan(80);
});

test.skipIf(corpora === undefined).each(withBatch.map((one) => [one.id, one] as const))(
  "%s shows its batch, and its files byte for byte (needs AAS_CORPORA)",
  async (_id, faultCase) => {
    await using server = await FaultServer.start({ faultCase });
    await submit(faultCase, server.url);

    const shown: unknown = await (await fetch(server.url + pollPath(faultCase), { headers })).json();

    const source = writtenOf(faultCase.id);
    const expected = faultCase.batch?.bodies.at(-1) ?? {};
    expect(JSON.parse(JSON.stringify(shown).replaceAll(server.url, "{{BASE}}"))).toEqual({
      ...expected,
      ...asSubmitted(faultCase, server),
    });
    for (const kind of ["output", "error"] as const) {
      const id = textAt(expected, `${kind}_file_id`) ?? "";
      if (source[`${kind}_file`] === undefined && source[`${kind}_file_raw`] === undefined) continue;
      const text = await (await fetch(`${server.url}/v1/files/${id}/content`, { headers })).arrayBuffer();
      expect(Buffer.from(text).toString()).toBe(bytesOf(source[`${kind}_file`], source[`${kind}_file_raw`]));
    }
  },
);

/** A client finds what it said itself, not what stands in the case. */
function asSubmitted({ vendor, batch }: FaultCase, server: FaultServer): Readonly<Record<string, unknown>> {
  const body = batch?.bodies.at(-1) ?? {};
  const submitted = server.batches[0]?.facts.submitted ?? {};
  if (vendor === "openai") {
    const metadata = body["metadata"] === null ? null : { submit_key: "mine" };
    return { input_file_id: submitted["input_file_id"], metadata };
  }
  return vendor === "gemini" ? { metadata: { ...Object(body["metadata"]), displayName: "k" } } : {};
}

test
  .skipIf(corpora === undefined)
  .each(
    cases
      .filter(
        ({ vendor, batch }) => vendor === "anthropic" && batch?.files.results !== null && batch !== null,
      )
      .map((one) => [one.id, one] as const),
  )("%s sends its results byte for byte (needs AAS_CORPORA)", async (id, faultCase) => {
  await using server = await FaultServer.start({ faultCase });
  await submit(faultCase, server.url);

  const text = await (await fetch(`${server.url}${pollPath(faultCase)}/results`, { headers })).text();

  const source = writtenOf(id);
  expect(text).toBe(bytesOf(source["results"], source["results_raw"]));
});

const refused = cases.filter(
  ({ phase, requests }) =>
    phase === "create" && requests[0]?.fault.kind === "answer" && requests[0].path !== "/v1/files",
);

test.skipIf(corpora === undefined).each(refused.map((one) => [one.id, one] as const))(
  "%s refuses the batch in its own words and creates none (needs AAS_CORPORA)",
  async (_id, faultCase) => {
    await using server = await FaultServer.start({ faultCase });

    const response = await submit(faultCase, server.url);

    const fault = faultCase.requests[0]?.fault;
    const { status, body } = fault?.kind === "answer" ? fault.answer : { status: 0, body: null };
    expect([response.status, await response.json()]).toEqual([status, body]);
    expect(server.batches).toEqual([]);
  },
);

test.skipIf(corpora === undefined)(
  "a variant differs from its case in what it names (needs AAS_CORPORA)",
  () => {
    const codes = cases
      .filter(({ id }) => id.startsWith("C06"))
      .map(({ id, requests }) => [id, JSON.stringify(requests)]);

    expect(codes.map(([id]) => id)).toEqual([
      "C06",
      "C06/organization_spend_limit_exceeded",
      "C06/project_spend_limit_exceeded",
    ]);
    expect(
      codes.every(([id = "", rules]) =>
        (rules ?? "").includes(id.split("/")[1] ?? "credit_balance_exhausted"),
      ),
    ).toBe(true);
  },
);

const kills = ["after_upload", "after_create_before_persist", "after_download"];

test
  .skipIf(corpora === undefined)
  .each(
    cases
      .filter(({ kill }) => kill !== null && kill !== "after_download")
      .map((one) => [one.id, one] as const),
  )("%s calls for the death of its client where it says so (needs AAS_CORPORA)", async (_id, faultCase) => {
  const deaths: string[] = [];
  await using server = await FaultServer.start({ faultCase, kill: () => void deaths.push("dead") });

  await submit(faultCase, server.url);

  expect(deaths).toEqual(["dead"]);
  expect(kills).toContain(faultCase.kill);
});

const plain = { id: "T1", provider: "openai", phase: "create" };

test.each([
  [
    "an effect nobody knows",
    { ...plain, inject: { method: "POST", path: "/v1/batches", effect: "explode" } },
  ],
  [
    "a key of a fault that nobody knows",
    { ...plain, inject: { path: "/v1/batches", effect: "reset", twice: true } },
  ],
  ["an answer that is missing", { ...plain, inject: { method: "POST", path: "/v1/batches" } }],
  ["a delay of unknown length", { ...plain, inject: { path: "/v1/batches", effect: "delay" } }],
  ["a point of death nobody knows", { ...plain, phase: "crash", inject: { kill: "at_noon" } }],
  ["an answer without a place", { ...plain, phase: "line", response: { status: 500 } }],
  ["a variant without a place", { ...plain, response: { status: 429, body: {} }, variants: ["x"] }],
  ["a step that is neither an answer nor a batch", { ...plain, steps: [{ think: true }] }],
  ["an unknown vendor", { ...plain, provider: "nobody" }],
])("%s cannot be played, and says so", (_what, raw) => {
  expect(() => parseFaultCase(raw)).toThrow(/T1|cannot be played/u);
});

test("keys that nobody reads are let pass", () => {
  expect(parseFaultCase({ ...plain, mood: "good", response: { status: 500, colour: "red" } })).toHaveLength(
    1,
  );
});
