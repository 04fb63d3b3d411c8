import { z } from "zod";

/** Fields of others: what is of another shape than it should be counts as not there, and never loses the rest. */

/** Also null when it is empty: some servers write "" for nothing. */
export const textOrNull = z
  .string()
  .min(1)
  .nullish()
  .catch(null)
  .transform((text) => text ?? null);

/** Some servers write numbers as text. */
const countable = z.union([
  z.number(),
  z
    .string()
    .regex(/^\d{1,15}$/u)
    .transform(Number),
]);

export const numberOrNull = countable
  .nullish()
  .catch(null)
  .transform((number) => number ?? null);

export const numberOrZero = numberOrNull.transform((number) => number ?? 0);

/** Seconds since 1970, or a date. */
export const dateOrNull = z
  .union([
    z.number().transform((seconds) => new Date(seconds * 1000)),
    z.string().transform((text) => new Date(text)),
  ])
  .nullish()
  .catch(null)
  .transform((date) => (date === null || date === undefined || Number.isNaN(date.getTime()) ? null : date));

export const boolean = z.boolean().catch(false);

/** What of a list has the shape asked for. */
export function listOf<Output>(item: z.ZodType<Output>): z.ZodType<readonly Output[]> {
  return z
    .array(z.unknown())
    .nullish()
    .catch(null)
    .transform((items) =>
      (items ?? []).flatMap((each) => {
        const parsed = item.safeParse(each);
        return parsed.success ? [parsed.data] : [];
      }),
    );
}

export function objectOrNull<Output>(object: z.ZodType<Output>): z.ZodType<Output | null> {
  return object
    .nullish()
    .catch(null)
    .transform((value) => value ?? null);
}

/** Whatever it is, or nothing. */
export const anything = z.unknown().optional();
