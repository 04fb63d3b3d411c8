import type { Json } from "../../../domain/json.ts";
import type { HeldFile } from "../held-file.ts";
import { type Answer, bytesAnswer, jsonAnswer } from "../http/answer.ts";
import { type Asked, headerOf } from "../http/asked.ts";
import { readJson, isJsonObject, textAt } from "../http/read-json.ts";
import { type Route, route } from "../http/route.ts";
import type { World } from "../world.ts";
import { geminiError } from "./gemini-error.ts";

/** Uploads that go on where they were broken off: one request announces them, another brings the bytes. */
export function geminiFileRoutes(world: World): readonly Route[] {
  return [
    route("POST /upload/v1beta/files", (asked) => announce(world, asked)),
    route("POST /upload/v1beta/files/{id}", (asked, { id = "" }) => receive(world, asked, id)),
    route("GET /v1beta/files/{id}", (_asked, { id = "" }) =>
      withFile(world, id, (file) => jsonAnswer(200, toFileBody(file))),
    ),
    route("GET /v1beta/files/{id}:download", (_asked, { id = "" }) => withFile(world, id, download)),
    route("GET /download/v1beta/files/{id}:download", (_asked, { id = "" }) => withFile(world, id, download)),
  ];
}

function announce(world: World, asked: Asked): Answer {
  if (headerOf(asked, "x-goog-upload-command") !== "start") {
    return geminiError(400, "Only resumable uploads are taken.");
  }
  const id = world.newId("", 12);
  const value = readJson(asked.body);
  const file = isJsonObject(value) ? value["file"] : undefined;
  world.announced.set(id, textAt(file, "displayName") ?? "");
  const headers = {
    "x-goog-upload-status": "active",
    "x-goog-upload-url": `${asked.origin}/upload/v1beta/files/${id}`,
  };
  return jsonAnswer(200, {}, { headers });
}

function receive(world: World, asked: Asked, id: string): Answer {
  const name = world.announced.get(id);
  if (name === undefined) return geminiError(404, "There is no such upload.");
  if (headerOf(asked, "x-goog-upload-command") !== "upload, finalize") {
    return geminiError(400, "This server takes an upload in one piece.");
  }
  const file: HeldFile = {
    id: `files/${id}`,
    vendor: "gemini",
    name,
    purpose: "upload",
    bytes: asked.body,
    createdAtMs: world.clock.nowMs(),
    expiresAtMs: world.clock.nowMs() + 48 * 60 * 60 * 1000,
    resultsOf: null,
  };
  world.files.set(file.id, file);
  const headers = { "x-goog-upload-status": "final" };
  return jsonAnswer(200, { file: toFileBody(file) }, { headers, created: [file.id] });
}

function withFile(world: World, id: string, perform: (file: HeldFile) => Answer): Answer {
  const file = world.findFile("gemini", `files/${id}`);
  return file === null ? geminiError(404, "Requested entity was not found.") : perform(file);
}

function download({ id, bytes, resultsOf }: HeldFile): Answer {
  const headers = { "content-type": "application/octet-stream" };
  if (resultsOf === null) return bytesAnswer(200, bytes, { headers });
  const delivery = { kind: "lines", vendor: "gemini", batchRef: resultsOf, fileRef: id } as const;
  return bytesAnswer(200, bytes, { headers, delivery });
}

function toFileBody({ id, name, bytes, createdAtMs }: HeldFile): Json {
  return {
    name: id,
    displayName: name,
    mimeType: "application/jsonl",
    sizeBytes: String(bytes.length),
    createTime: new Date(createdAtMs).toISOString(),
    state: "ACTIVE",
  };
}
