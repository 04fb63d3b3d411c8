import OpenAI, { toFile } from "openai";

/** The official client; it asks again only where a test counts that. */
export function openaiClient(baseURL: string, maxRetries = 0): OpenAI {
  return new OpenAI({ baseURL, apiKey: crypto.randomUUID(), maxRetries });
}

export function chatLine(customId: string, body: Readonly<Record<string, unknown>> = {}): string {
  const messages = [{ role: "user", content: `Say ${customId}` }];
  return JSON.stringify({
    custom_id: customId,
    method: "POST",
    url: "/v1/chat/completions",
    body: { model: "gpt-test", messages, ...body },
  });
}

export const threeLines: string = ["a", "b", "c"].map((id) => chatLine(id)).join("\n");

export async function upload(client: OpenAI, text: string): Promise<string> {
  const file = await toFile(Buffer.from(text), "requests.jsonl");
  return (await client.files.create({ purpose: "batch", file })).id;
}

export async function submit(client: OpenAI, text: string = threeLines): Promise<OpenAI.Batch> {
  return client.batches.create({
    input_file_id: await upload(client, text),
    endpoint: "/v1/chat/completions",
    completion_window: "24h",
    metadata: { key: "k1" },
  });
}

export async function textOf(client: OpenAI, fileId: string | null | undefined): Promise<string> {
  const bytes = await (await client.files.content(fileId ?? "")).arrayBuffer();
  // A reader of texts would take a byte order mark away.
  return Buffer.from(bytes).toString("utf8");
}

/** The lines of a file as its bytes say: split at `\n` and nowhere else. */
export async function linesOf(client: OpenAI, fileId: string | null | undefined): Promise<readonly string[]> {
  return (await textOf(client, fileId)).split("\n").filter((line) => line !== "");
}

export function customIdOf(line: string): string {
  return (JSON.parse(line) as { readonly custom_id: string }).custom_id;
}
