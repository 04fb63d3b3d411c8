import type { OpenedProject } from "../../app/project/open-project.ts";
import { type Approval, taskAskedAbout } from "../../domain/approval.ts";
import { isAasError } from "../../domain/errors.ts";
import type { Run } from "../../domain/run.ts";
import { type Answer, decideApproval } from "../../pipeline/control/decide-approval.ts";
import { readDiff } from "../commands/diff.ts";
import { ask } from "../confirm.ts";
import type { Terminal } from "../terminal.ts";

/** Asks the person at the terminal. True: they answer later; false: they answered, or looked at the diff first. */
export async function askPerson(
  terminal: Terminal,
  project: OpenedProject,
  run: Run,
  asked: Approval,
): Promise<boolean> {
  const answer = await ask(`  ? ${asked.question}  (y) yes  (d) show diff  (n) no  (l) later > `);
  switch (answer.trim().toLowerCase().charAt(0)) {
    case "y":
      await decide(terminal, project, asked, { kind: "yes" });
      return false;
    case "d":
      terminal.say((await readDiff(project, run, taskAskedAbout(asked))).diff);
      return false;
    case "n": {
      const reason = await ask("  Why not? ");
      await decide(terminal, project, asked, {
        kind: "no",
        reason: reason === "" ? "no reason given" : reason,
      });
      return false;
    }
    default:
      return true;
  }
}

/** While the person thought, the commit may have moved: their answer counts for nothing else, and they are asked anew. */
async function decide(
  terminal: Terminal,
  project: OpenedProject,
  asked: Approval,
  answer: Answer,
): Promise<void> {
  try {
    await decideApproval(project, asked, answer);
  } catch (error) {
    if (!isAasError(error) || error.code !== "conflict") throw error;
    terminal.say(`  ${error.message}`);
  }
}
