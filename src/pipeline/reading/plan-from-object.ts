import type { FileChange, FileContent, FileTarget, Plan } from "../../domain/plan.ts";
import { type BindingPlace, bindFile, withoutRivals } from "./bind-files.ts";
import type { SaidFile, SaidPlan } from "./plan-shape.ts";

/** A plan that was answered as an object says of each file what is to become of it; only where it lies is looked up. */
export function planFromObject(
  { files, ...plan }: SaidPlan,
  paths: readonly string[],
): Omit<Plan, "reading"> {
  const place = { paths, trees: [], namesWholePaths: true };
  const bound = files.map((file): FileChange => ({
    ...file,
    target: bindNamed(file, place),
    content: contentOf(file),
  }));
  return { ...plan, files: withoutRivals(bound), blocks: [] };
}

/** What is said to be new does not replace what stands there. */
function bindNamed({ said, kind }: SaidFile, place: BindingPlace): FileTarget {
  const target = bindFile(said, kind, place);
  if (kind !== "create" || target.kind !== "existing") return target;
  return { kind: "unbound", reason: "already_there", candidates: [target.path] };
}

function contentOf({ kind, content }: SaidFile): FileContent {
  if (content === null || kind === "delete") return { kind: "none" };
  return kind === "create" ? { kind: "whole", text: content } : { kind: "part", text: content };
}
