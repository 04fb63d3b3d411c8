import { checkToolFolder } from "../../adapters/checks-command/sandbox-check-runner.ts";
import { BubblewrapSandbox } from "../../adapters/sandbox-bubblewrap/bubblewrap-sandbox.ts";
import type { Sandbox } from "../../ports/sandbox.ts";
import type { Environment } from "../environment.ts";
import { findBwrap } from "../find-program.ts";

/** The sandbox of this machine: the same walls for a run and for the doctor that examines them. */
export function composeSandbox(env: Environment, scratchFolder: string): Sandbox {
  return new BubblewrapSandbox({
    findBwrap: () => findBwrap(env),
    scratchFolder,
    nodePath: process.execPath,
    toolFolder: checkToolFolder,
  });
}
