import { z } from "zod";
import type { Json } from "../../../domain/json.ts";
import type { HeldFile } from "../held-file.ts";
import { type Answer, bytesAnswer, jsonAnswer } from "../http/answer.ts";
import { type Asked, headerOf } from "../http/asked.ts";
import { type Route, route } from "../http/route.ts";
import type { World } from "../world.ts";
import { pageOf } from "./list-page.ts";
import { missingParameter, openaiError } from "./openai-error.ts";

export function openaiFileRoutes(world: World): readonly Route[] {
  return [
    route("POST /v1/files", (asked) => upload(world, asked)),
    route("GET /v1/files", ({ query }) => jsonAnswer(200, pageOf(listFiles(world), query, 10_000))),
    route("GET /v1/files/{id}", (_asked, { id = "" }) =>
      withFile(world, id, (file) => jsonAnswer(200, toFileBody(file))),
    ),
    route("GET /v1/files/{id}/content", (_asked, { id = "" }) => withFile(world, id, content)),
    route("DELETE /v1/files/{id}", (_asked, { id = "" }) =>
      withFile(world, id, () => {
        world.files.delete(id);
        return jsonAnswer(200, { id, object: "file", deleted: true });
      }),
    ),
  ];
}

function content(file: HeldFile): Answer {
  const { bytes, resultsOf, id } = file;
  const headers = { "content-type": "application/octet-stream" };
  if (resultsOf === null) return bytesAnswer(200, bytes, { headers });
  const delivery = { kind: "lines", vendor: "openai", batchRef: resultsOf, fileRef: id } as const;
  return bytesAnswer(200, bytes, { headers, delivery });
}

function listFiles(world: World): readonly { readonly id: string; readonly body: Json }[] {
  const files = [...world.files.values()]
    .filter(({ id }) => world.findFile("openai", id) !== null)
    .toReversed();
  return files.map((file) => ({ id: file.id, body: toFileBody(file) }));
}

function withFile(world: World, id: string, perform: (file: HeldFile) => Answer): Answer {
  const file = world.findFile("openai", id);
  if (file !== null) return perform(file);
  return openaiError(404, { message: `No such File object: ${id}`, param: "id" });
}

const formSchema = z.object({
  file: z.instanceof(File).optional(),
  purpose: z.string().optional(),
  "expires_after[anchor]": z.literal("created_at").optional(),
  "expires_after[seconds]": z.coerce.number().int().min(3600).max(2_592_000).optional(),
});

async function upload(world: World, asked: Asked): Promise<Answer> {
  const form = await readForm(asked);
  if (form === null) return openaiError(400, { message: "Could not parse multipart form" });
  const parsed = formSchema.safeParse(Object.fromEntries(form));
  if (!parsed.success) {
    return openaiError(400, { message: "Invalid value for 'expires_after'.", param: "expires_after" });
  }
  const { file, purpose, "expires_after[seconds]": expiresAfterSeconds } = parsed.data;
  if (file === undefined) return missingParameter("file");
  if (purpose === undefined) return missingParameter("purpose");
  const objection = objectionTo(world, file, purpose);
  return objection ?? keep(world, { file, purpose, expiresAfterSeconds: expiresAfterSeconds ?? null });
}

/** Little is looked at here: what stands in the lines comes out only when the batch is validated. */
function objectionTo(world: World, file: File, purpose: string): Answer | null {
  if (file.size > world.script.limits.maxUploadBytes) {
    return openaiError(413, { message: "Maximum content size limit exceeded." });
  }
  if (purpose === "batch" && !file.name.endsWith(".jsonl")) {
    return openaiError(400, { message: "Invalid file format for Batch API. Must be .jsonl" });
  }
  return null;
}

interface Upload {
  readonly file: File;
  readonly purpose: string;
  readonly expiresAfterSeconds: number | null;
}

async function keep(world: World, { file, purpose, expiresAfterSeconds }: Upload): Promise<Answer> {
  const createdAtMs = world.clock.nowMs();
  const held: HeldFile = {
    id: world.newId("file-"),
    vendor: "openai",
    name: file.name,
    purpose,
    bytes: Buffer.from(await file.arrayBuffer()),
    createdAtMs,
    expiresAtMs: expiresAfterSeconds === null ? null : createdAtMs + expiresAfterSeconds * 1000,
    resultsOf: null,
  };
  world.files.set(held.id, held);
  return jsonAnswer(200, toFileBody(held), { created: [held.id] });
}

async function readForm(asked: Asked): Promise<FormData | null> {
  const type = headerOf(asked, "content-type");
  if (type === null) return null;
  try {
    return await new Response(new Uint8Array(asked.body), { headers: { "content-type": type } }).formData();
  } catch {
    return null;
  }
}

function toFileBody({ id, name, purpose, bytes, createdAtMs, expiresAtMs }: HeldFile): Json {
  return {
    object: "file",
    id,
    purpose,
    filename: name,
    bytes: bytes.length,
    created_at: Math.floor(createdAtMs / 1000),
    ...(expiresAtMs === null ? {} : { expires_at: Math.floor(expiresAtMs / 1000) }),
    status: "processed",
  };
}
