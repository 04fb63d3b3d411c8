import type { Finish } from "../../domain/finish.ts";
import type { Plan } from "../../domain/plan.ts";
import { readPlan } from "./read-plan.ts";

/** The files of the repository that is read about. */
export const paths = ["README.md", "core/main.py", "core/config.py", "plugins/a/config.py"];

export function read(text: string, finish: Finish = "stop"): Plan {
  return readPlan({ text, finish }, paths);
}

/** A fenced block, and what is said before it. */
export function block(before: string, tag: string, body: string): string {
  return `${before}\n\n\`\`\`${tag}\n${body}\n\`\`\`\n`;
}

export const code = "import os\n\nprint(os.name)";
