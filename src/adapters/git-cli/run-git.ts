import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { AasError } from "../../domain/errors.ts";
import { explainByDisk } from "./explain-by-disk.ts";
import { gitFailure } from "./git-failure.ts";
import { hardenedFlags } from "./hardened-git.ts";
import type { ProcessEnvironment } from "./hardened-git.ts";

/** One git process from start to end. Arguments are a list and never pass a shell; text from a model may be among them. */
export interface GitCall {
  /** In words, for the error: "create the mirror". */
  readonly action: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: ProcessEnvironment;
  readonly input?: string | Buffer;
  readonly deadlineMs?: number;
  readonly outputBytes?: number;
  /** Exit codes that are answers; any other is a surprise. */
  readonly answers?: readonly number[];
}

export interface GitResult {
  readonly exitCode: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

const defaultDeadlineMs = 60_000;
const defaultOutputBytes = 256 * 1024 ** 2;
const stderrBytes = 64 * 1024;

export async function runGit(call: GitCall): Promise<GitResult> {
  const result = await collect(call);
  if ((call.answers ?? [0]).includes(result.exitCode)) return result;
  throw await explainByDisk(gitFailure(call.action, result.stderr), call.env["GIT_DIR"] ?? call.cwd);
}

function collect(call: GitCall): Promise<GitResult> {
  const deadlineMs = call.deadlineMs ?? defaultDeadlineMs;
  const outputBytes = call.outputBytes ?? defaultOutputBytes;
  // In a group of its own: what git starts (ssh, upload-pack) dies with it.
  const child = spawn("git", [...hardenedFlags, ...call.args], {
    cwd: call.cwd,
    env: call.env,
    detached: true,
  });
  return new Promise((resolve, reject) => {
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    let received = 0;
    let complained = 0;
    function stop(error: AasError): void {
      killGroup(child);
      reject(error);
    }
    const timer = setTimeout(() => stop(lateAnswer(call.action, deadlineMs)), deadlineMs);
    child.stdout.on("data", (chunk: Buffer) => {
      received += chunk.length;
      if (received > outputBytes) stop(tooMuch(call.action, outputBytes));
      else stdout.push(chunk);
    });
    child.stderr.on("data", (chunk: Buffer) => {
      complained += chunk.length;
      if (complained <= stderrBytes) stderr.push(chunk);
    });
    child.on("error", (error) => {
      clearTimeout(timer);
      reject(cannotStart(error));
    });
    child.on("close", (exitCode) => {
      clearTimeout(timer);
      resolve({
        exitCode: exitCode ?? -1,
        stdout: Buffer.concat(stdout),
        stderr: Buffer.concat(stderr).toString(),
      });
    });
    // A git that stops early closes its input; its exit code tells more than our EPIPE.
    child.stdin.on("error", () => {});
    child.stdin.end(call.input);
  });
}

/** Ends a process and all that it started. Only for children spawned with `detached`. */
export function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // The group is gone already.
  }
}

export function lateAnswer(action: string, deadlineMs: number): AasError {
  return new AasError("timeout", `git did not ${action} within ${deadlineMs / 1000} s`, { retryable: true });
}

export function cannotStart(cause: Error): AasError {
  const cure = "Install git 2.39 or newer and see that it is on PATH.";
  return new AasError("git_failed", `git cannot be started: ${cause.message}`, { cause, cure });
}

function tooMuch(action: string, bytes: number): AasError {
  return new AasError("git_failed", `git wrote more than ${bytes} bytes when asked to ${action}`);
}
