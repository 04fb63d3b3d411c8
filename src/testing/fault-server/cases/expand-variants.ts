import type { Json } from "../../../domain/json.ts";
import { isJsonObject } from "../http/read-json.ts";
import { caseSchema, responseSchema, type WrittenCase } from "./case-schema.ts";

/** The case itself, and once more for each of its variants; one that only repeats the case is left out. */
export function expandVariants(written: WrittenCase): readonly WrittenCase[] {
  const { variants = [], ...base } = written;
  const varied = variants.map((variant, index) => ({
    ...variedCase(base, variant, variants),
    id: `${base.id}/${typeof variant === "string" ? variant : index + 1}`,
  }));
  const plain = JSON.stringify(base);
  return [base, ...varied.filter((one) => JSON.stringify({ ...one, id: base.id }) !== plain)];
}

type Variant = NonNullable<WrittenCase["variants"]>[number];

function variedCase(base: WrittenCase, variant: Variant, all: readonly Variant[]): WrittenCase {
  if (typeof variant === "string") return withOtherText(base, variant, all);
  if (typeof variant["status"] === "number") return { ...base, response: responseSchema.parse(variant) };
  if (typeof variant["code"] === "string") return withOtherError(base, variant);
  const known = Object.keys(variant).every((key) => key in caseSchema.shape);
  if (!known) throw new Error(`Case ${base.id}: the variant ${JSON.stringify(variant)} cannot be played`);
  return caseSchema.parse({ ...base, ...variant });
}

/** A text among the variants stands somewhere in the case: there the other one is put. */
function withOtherText(base: WrittenCase, text: string, all: readonly Variant[]): WrittenCase {
  const written = [base.response?.body ?? null, base.batch ?? null];
  const known = all.find((one) => typeof one === "string" && holds(written, one));
  if (typeof known !== "string") throw new Error(`Case ${base.id}: nothing says where '${text}' belongs`);
  const { response, batch } = base;
  return {
    ...base,
    ...(response === undefined ? {} : { response: replaced(response as Json, known, text) }),
    ...(batch === undefined ? {} : { batch: replaced(batch, known, text) }),
  } as WrittenCase;
}

function withOtherError(base: WrittenCase, error: Readonly<Record<string, Json>>): WrittenCase {
  if (base.batch === undefined) throw new Error(`Case ${base.id}: a variant of its errors needs a batch`);
  return caseSchema.parse({ ...base, batch: { ...base.batch, errors: { object: "list", data: [error] } } });
}

function holds(value: Json, text: string): boolean {
  if (Array.isArray(value)) return value.some((one: Json) => holds(one, text));
  return isJsonObject(value) ? Object.values(value).some((one) => holds(one, text)) : value === text;
}

function replaced(value: Json, from: string, to: string): Json {
  if (Array.isArray(value)) return value.map((one: Json) => replaced(one, from, to));
  if (!isJsonObject(value)) return value === from ? to : value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, replaced(one, from, to)]));
}
