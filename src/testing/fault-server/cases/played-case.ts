import type { Json } from "../../../domain/json.ts";
import { makeResultFiles } from "../openai/make-result-files.ts";
import type { HeldBatch } from "../batches/held-batch.ts";
import { type Answer, bytesAnswer, jsonAnswer } from "../http/answer.ts";
import type { Asked } from "../http/asked.ts";
import { isJsonObject, type JsonObject, textAt } from "../http/read-json.ts";
import type { Delivery } from "../money/delivery.ts";
import type { World } from "../world.ts";
import { places } from "./case-paths.ts";
import type { FaultCase } from "./fault-case.ts";
import type { PlayedFiles } from "./played-batch.ts";
import { type Perform, type Route, route } from "../http/route.ts";

/** What a case shows instead of what the server would; where it says nothing, the server goes on by itself. */
export class PlayedCase {
  readonly #world: World;
  readonly #case: FaultCase;
  readonly routes: readonly Route[];
  #looks = 0;

  constructor(world: World, faultCase: FaultCase) {
    this.#world = world;
    this.#case = faultCase;
    const { list, poll, download } = places[faultCase.vendor];
    const played = (at: typeof list, perform: Perform): readonly Route[] =>
      at.map(({ method, path }) => route(`${method} ${path}`, perform));
    this.routes = [
      ...played(list, () => this.#list()),
      ...played(poll, (asked, { id = "" }) => this.#poll(asked, id)),
      ...played(download, (_asked, { id = "" }) => this.#download(id)),
    ];
  }

  /** The name that the first batch is to have. */
  get batchId(): string | null {
    const body = this.#case.batch?.bodies.at(-1);
    return textAt(body, "id") ?? textAt(body, "name") ?? this.#case.list?.batchId ?? null;
  }

  #list(): Answer | null {
    const { list } = this.#case;
    if (isGone(this.#case)) return jsonAnswer(200, emptyList(this.#case));
    if (list === null || (list.batchId !== null && this.#find(list.batchId) === null)) return null;
    return jsonAnswer(200, this.#withNames(list.body));
  }

  /** The names in a list are those that the client gave. */
  #withNames(body: Json): Json {
    const batch = this.#find(this.batchId ?? "");
    if (batch === null || !isJsonObject(body) || !Array.isArray(body["operations"])) return body;
    const operations = body["operations"].map((one: Json) =>
      isJsonObject(one) && textAt(one, "name") === this.batchId ? withSubmitted(one, batch) : one,
    );
    return { ...body, operations };
  }

  #poll({ origin }: Asked, id: string): Answer | null {
    const { batch: played, vendor } = this.#case;
    const batch = this.#findPart(id);
    if (played === null || batch === null) return null;
    // So that what the case leaves out is there: the results of a batch that has ended.
    batch.hurry();
    const body = played.bodies[Math.min(this.#looks, played.bodies.length - 1)];
    this.#looks += 1;
    if (body === undefined) return null;
    const results = inlinedResults(body);
    const delivery: Delivery = { kind: "inline_results", vendor, batchRef: batch.facts.id, results };
    return jsonAnswer(200, withBase(withSubmitted(body, batch), origin), { delivery });
  }

  #download(id: string): Answer | null {
    const { batch: played, vendor } = this.#case;
    const batch = this.#find(this.batchId ?? "");
    if (played === null || batch === null) return null;
    const bytes = this.#bytesOf(played.files, batch, id);
    if (bytes === null) return null;
    const delivery: Delivery = { kind: "lines", vendor, batchRef: batch.facts.id, fileRef: id };
    return bytesAnswer(200, bytes, { headers: { "content-type": "application/octet-stream" }, delivery });
  }

  #bytesOf(files: PlayedFiles, batch: HeldBatch, id: string): Buffer | null {
    if (this.#case.vendor !== "openai") return files.results;
    const bodies = this.#case.batch?.bodies ?? [];
    const kind = (["output", "error"] as const).find((one) =>
      bodies.some((body) => body[`${one}_file_id`] === id),
    );
    return kind === undefined ? null : (files[kind] ?? this.#workedFile(batch, kind));
  }

  /** The case names a file and does not say what stands in it: what this server would write. */
  #workedFile(batch: HeldBatch, kind: "output" | "error"): Buffer | null {
    this.#world.settle(batch, "completed");
    makeResultFiles(this.#world, batch);
    return this.#world.files.get(batch.resultFiles.get(kind) ?? "")?.bytes ?? null;
  }

  #find(id: string): HeldBatch | null {
    return this.#world.batches.find(({ facts }) => facts.id === id) ?? null;
  }

  /** Gemini's names have two parts, and a path tells the second. */
  #findPart(id: string): HeldBatch | null {
    return this.#findNamed([id, `batches/${id}`]);
  }

  #findNamed(names: readonly string[]): HeldBatch | null {
    const { batchId } = this;
    return batchId !== null && names.includes(batchId) ? this.#find(batchId) : null;
  }
}

/** A batch that is never found stands in no list either. */
function isGone({ vendor, requests }: FaultCase): boolean {
  return requests.some(
    ({ path, nth, fault }) =>
      fault.kind === "answer" &&
      fault.answer.status === 404 &&
      nth === undefined &&
      places[vendor].poll.some((place) => place.path === path),
  );
}

function emptyList({ vendor }: FaultCase): JsonObject {
  return vendor === "gemini" ? {} : { object: "list", data: [], has_more: false };
}

function withBase(value: Json, origin: string): Json {
  return JSON.parse(JSON.stringify(value).replaceAll("{{BASE}}", origin)) as Json;
}

/** What the client itself said of the batch is what it is told again; all else is as in the case. */
function withSubmitted(body: JsonObject, { facts }: HeldBatch): JsonObject {
  const { metadata, input_file_id: fileId, displayName } = facts.submitted;
  if (facts.vendor === "openai") {
    return {
      ...body,
      ...(typeof body["input_file_id"] === "string" ? { input_file_id: fileId ?? null } : {}),
      ...(isJsonObject(body["metadata"]) ? { metadata: metadata ?? null } : {}),
    };
  }
  if (facts.vendor === "anthropic" || !isJsonObject(body["metadata"])) return body;
  return { ...body, metadata: { ...body["metadata"], displayName: displayName ?? "" } };
}

function inlinedResults(body: JsonObject): readonly Json[] {
  const metadata = isJsonObject(body["metadata"]) ? body["metadata"] : {};
  const output = isJsonObject(metadata["output"]) ? metadata["output"] : {};
  const outer = isJsonObject(output["inlinedResponses"]) ? output["inlinedResponses"] : {};
  const inner = outer["inlinedResponses"];
  return Array.isArray(inner) ? inner : [];
}
