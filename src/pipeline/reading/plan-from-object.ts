import type { FileChange, FileContent, Plan } from "../../domain/plan.ts";
import { bindFile, withoutRivals } from "./bind-files.ts";
import type { SaidFile, SaidPlan } from "./plan-shape.ts";

/** A plan that was answered as an object says of each file what is to become of it; only where it lies is looked up. */
export function planFromObject(
  { files, ...plan }: SaidPlan,
  paths: readonly string[],
): Omit<Plan, "reading"> {
  const place = { paths, trees: [] };
  const bound = files.map((file): FileChange => ({
    ...file,
    target: bindFile(file.said, file.kind, place),
    content: contentOf(file),
  }));
  return { ...plan, files: withoutRivals(bound), blocks: [] };
}

function contentOf({ kind, content }: SaidFile): FileContent {
  if (content === null || kind === "delete") return { kind: "none" };
  return kind === "create" ? { kind: "whole", text: content } : { kind: "part", text: content };
}
