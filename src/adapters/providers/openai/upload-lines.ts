import { z } from "zod";
import type { PrepareOutcome } from "../../../ports/batch-provider.ts";
import { askProvider, type CallOutcome } from "../wire/ask-provider.ts";
import { refusal, troubleOfSubmit } from "../wire/batch-refusal.ts";
import { toAasError } from "../wire/to-aas-error.ts";
import type { OpenAiServer } from "./openai-options.ts";

/** An upload that no batch was made of goes by itself. */
const expiresAfterS = 48 * 3600;

const uploaded = z.object({ id: z.string().min(1) });

interface Upload {
  readonly name: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Uploads may be repeated: a file that was uploaded twice costs nothing. */
export async function uploadLines(server: OpenAiServer, file: Blob, upload: Upload): Promise<PrepareOutcome> {
  const first = await post(server, formOf(file, upload.name, expiresAfterS), upload);
  const isInvalid = first.kind === "refused" && first.trouble.kind === "invalid";
  // Not every server knows that files expire.
  const outcome = isInvalid ? await post(server, formOf(file, upload.name, null), upload) : first;
  if (outcome.kind === "refused") return refused(server, outcome);
  const { data } = uploaded.safeParse(outcome.body);
  if (data !== undefined) return { kind: "prepared", uploadRef: data.id };
  const message = "It answered an upload with something else than a file.";
  return refusal(server.connection, "no_batches", message);
}

function post(server: OpenAiServer, form: FormData, { timeoutMs, signal }: Upload): Promise<CallOutcome> {
  return askProvider(server, { method: "POST", path: "/files", body: form, timeoutMs, signal });
}

function formOf(file: Blob, name: string, lifetimeS: number | null): FormData {
  const form = new FormData();
  form.set("purpose", "batch");
  if (lifetimeS !== null) {
    form.set("expires_after[anchor]", "created_at");
    form.set("expires_after[seconds]", String(lifetimeS));
  }
  form.set("file", file, `${name}.jsonl`);
  return form;
}

/** An upload creates no batch, so that what passes by itself and what a key lacks are errors. */
function refused(
  { connection }: OpenAiServer,
  { trouble }: Extract<CallOutcome, { kind: "refused" }>,
): PrepareOutcome {
  const isNowhere = trouble.kind === "missing" || trouble.kind === "unsupported";
  const known = isNowhere ? "no_batches" : troubleOfSubmit(trouble);
  if (known === null || trouble.kind === "unauthorized") throw toAasError(connection, trouble);
  return refusal(connection, known, trouble.message);
}
