import type { EffectTable } from "./effects.ts";

/** Runs commands that nobody trusts on a copy of a tree: no network, no secrets, no host paths, hard limits. */
export interface Sandbox {
  /** Never throws for what the command does; a sandbox that cannot be set up answers `unavailable` and runs nothing. */
  run(job: SandboxJob, signal: AbortSignal): Promise<SandboxOutcome>;
  /** Proves on this machine, now, that the walls hold. Everything that runs code asks this first: fail closed. */
  probe(): Promise<SandboxHealth>;
}

export interface SandboxJob {
  /** A folder with the files to work on. The command sees a writable copy; the folder itself never changes. `.git` is not copied. */
  readonly treeFolder: string;
  /** Program and arguments, never a shell string. `{report}` in an argument becomes the path where a report may be written. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly limits: SandboxLimits;
}

export interface SandboxLimits {
  readonly wallMs: number;
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
  readonly processes: number;
  readonly diskBytes: number;
  /** Output beyond this is dropped, and said to be dropped. */
  readonly outputBytes: number;
}

export const defaultSandboxLimits: SandboxLimits = {
  wallMs: 10 * 60_000,
  cpuSeconds: 600,
  memoryBytes: 2 * 1024 ** 3,
  processes: 256,
  diskBytes: 1024 ** 3,
  outputBytes: 1024 ** 2,
};

export type SandboxOutcome =
  | {
      readonly kind: "exited";
      readonly exitCode: number;
      /** stdout and stderr as they came, control characters removed. */
      readonly output: string;
      readonly isOutputTruncated: boolean;
      /** What the command wrote to `{report}`; null when it wrote nothing, or something that is not a plain file of a sane size. */
      readonly report: string | null;
      readonly durationMs: number;
    }
  | {
      readonly kind: "stopped";
      readonly reason: SandboxStop;
      readonly output: string;
      readonly durationMs: number;
    }
  | { readonly kind: "unavailable"; readonly reason: string; readonly cure: string };

export type SandboxStop = "wall_time" | "memory" | "signal" | "aborted";

export type SandboxHealth =
  | { readonly kind: "healthy"; readonly name: string; readonly version: string }
  | { readonly kind: "unavailable"; readonly reason: string; readonly cure: string };

export const sandboxEffects = {
  run: "effect",
  probe: "read",
} as const satisfies EffectTable<Sandbox>;
