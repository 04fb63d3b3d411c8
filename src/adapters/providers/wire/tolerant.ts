import { z } from "zod";

/** Fields of others: what is of another shape than it should be counts as not there, and never loses the rest. */

/** Whatever it is, or nothing. */
export const anything = z.unknown().optional();

// One step each and not one for every rule: these are read ten times in each line of a file of results.

/** Also null when it is empty: some servers write "" for nothing. */
export const textOrNull = anything.transform((value) =>
  typeof value === "string" && value !== "" ? value : null,
);

/** Some servers write numbers as text. */
export const numberOrNull = anything.transform(toNumber);

export const numberOrZero = anything.transform((value) => toNumber(value) ?? 0);

function toNumber(value: unknown): number | null {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  return typeof value === "string" && /^\d{1,15}$/u.test(value) ? Number(value) : null;
}

/** Seconds since 1970, or a date. */
export const dateOrNull = anything.transform((value) => {
  if (typeof value !== "number" && typeof value !== "string") return null;
  const date = new Date(typeof value === "number" ? value * 1000 : value);
  return Number.isNaN(date.getTime()) ? null : date;
});

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
