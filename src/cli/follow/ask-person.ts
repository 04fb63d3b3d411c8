import type { OpenedProject } from "../../app/open-project.ts";
import type { Run } from "../../domain/run.ts";
import { decideApproval } from "../../pipeline/control/decide-approval.ts";
import { readDiff } from "../commands/diff.ts";
import { ask } from "../confirm.ts";
import type { Terminal } from "../terminal.ts";

/** Asks the person at the terminal. True: they answer later; false: they answered, or looked at the diff first. */
export async function askPerson(
  terminal: Terminal,
  project: OpenedProject,
  run: Run,
  question: string,
): Promise<boolean> {
  const answer = await ask(`  ? ${question}  (y) yes  (d) show diff  (n) no  (l) later > `);
  switch (answer.trim().toLowerCase().charAt(0)) {
    case "y":
      await decideApproval(project, run.id, { kind: "yes" });
      return false;
    case "d":
      terminal.say((await readDiff(project, run, null)).diff);
      return false;
    case "n": {
      const reason = await ask("  Why not? ");
      await decideApproval(project, run.id, {
        kind: "no",
        reason: reason === "" ? "no reason given" : reason,
      });
      return false;
    }
    default:
      return true;
  }
}
