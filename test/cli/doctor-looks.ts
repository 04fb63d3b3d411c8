import type { CommandLine, Ended, Envelope } from "./command-line.ts";

export interface Look {
  readonly id: string;
  readonly verdict: string;
  readonly detail: string;
  readonly cure: string | null;
}

export interface Examined extends Ended {
  readonly document: Envelope;
  readonly looks: ReadonlyMap<string, Look>;
}

/** `aas doctor` in a folder, and what each of its looks says. */
export function examineOn(
  line: CommandLine,
): (cwd: string, args?: readonly string[], env?: Readonly<Record<string, string>>) => Promise<Examined> {
  return async (cwd, args = [], env = {}) => {
    const ended = await line.runJson(["doctor", ...args], { cwd, env });
    return { ...ended, looks: looksOf(ended.document) };
  };
}

function looksOf({ result }: Envelope): ReadonlyMap<string, Look> {
  const looks = result.checks as readonly Look[];
  return new Map(looks.map((look) => [look.id, look]));
}
