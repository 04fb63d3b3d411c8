import { AasError } from "../domain/errors.ts";

const unitsMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
type Unit = keyof typeof unitsMs;

const maxDurationMs = 366 * unitsMs.d;

export const durationPattern = /^[1-9]\d{0,10}(?:ms|s|m|h|d)$/u;
export const durationExpectation = 'a time with its unit, such as "30s", "5m", "24h" or "7d" (at most 366d)';

/** Milliseconds of a time such as `24h`; `name` is the setting or flag that an error shall name. */
export function parseDuration(text: string, name: string): number {
  const ms = readDuration(text);
  if (ms !== null) return ms;
  throw new AasError(
    "config_invalid",
    `${name} is ${JSON.stringify(text)}; expected ${durationExpectation}.`,
    {
      cure: `Write ${name} with a unit: ms, s, m, h or d.`,
    },
  );
}

/** Null when the text is no duration. */
export function readDuration(text: string): number | null {
  const parts = /^(?<count>[1-9]\d{0,10})(?<unit>ms|s|m|h|d)$/u.exec(text)?.groups;
  if (parts === undefined) return null;
  const ms = Number(parts["count"]) * unitsMs[parts["unit"] as Unit];
  return ms <= maxDurationMs ? ms : null;
}
