import type { Secret } from "../../../domain/secret.ts";

/** Shorter ones are no secrets but words like "none", which stand in other texts too. */
const shortestInMessages = 8;
/** In answers a word that is taken out may be code: only what no word looks like is. */
const shortestInAnswers = 16;

const mark = "[secret]";

/** A message of a server without our key, which it may repeat. */
export function messageWithoutKey(text: string, apiKey: Secret | null): string {
  const key = apiKey?.reveal() ?? "";
  return key.length < shortestInMessages ? text : without([key, ...formsOf(key)], text);
}

/** An answer in JSON, which is stored, exported and shown, without our key. It stays JSON, whatever the key is made of. */
export function answerWithoutKey(text: string, apiKey: Secret | null): string {
  const key = apiKey?.reveal() ?? "";
  return key.length < shortestInAnswers || !/\d/u.test(key) ? text : without(formsOf(key), text);
}

function without(forms: readonly string[], text: string): string {
  return forms.reduce((clean, form) => clean.replaceAll(form, mark), text);
}

/** As JSON writes it, and in base64 wherever it stands among other bytes. */
function formsOf(key: string): readonly string[] {
  const encoded = [0, 1, 2].map((offset) => base64At(key, offset));
  const written = JSON.stringify(key).slice(1, -1);
  return [...new Set([written, ...encoded, ...encoded.map(toUrlForm)])];
}

/** What of its base64 depends on nothing that stands before or behind it. */
function base64At(key: string, offset: number): string {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(key)]);
  const whole = bytes.toString("base64").replace(/=+$/u, "");
  const first = Math.ceil((offset * 8) / 6);
  return whole.slice(first, Math.floor((bytes.length * 8) / 6));
}

function toUrlForm(encoded: string): string {
  return encoded.replaceAll("+", "-").replaceAll("/", "_");
}
