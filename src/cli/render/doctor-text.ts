import type { Diagnosis } from "../../app/doctor/diagnosis.ts";
import type { DoctorReport } from "../../app/doctor/run-doctor.ts";

/** One line a look, and below it what to do; the count of what is wrong comes last, where the eye ends. */
export function renderDoctor({ project, diagnoses }: DoctorReport): string {
  const width = Math.max(...diagnoses.map(({ id }) => id.length));
  return [
    ...diagnoses.flatMap((diagnosis) => linesOf(diagnosis, width)),
    ...(project === null
      ? ["  This folder is in no repository with a checkout: only the machine was looked at."]
      : []),
    `  ${countOf(diagnoses)}`,
  ].join("\n");
}

function linesOf({ id, verdict, detail, cure }: Diagnosis, width: number): readonly string[] {
  const [first = "", ...rest] = detail.split("\n");
  const indent = " ".repeat(2 + 4 + 2 + width + 2);
  const word = verdict === "fail" ? "FAIL" : verdict.padEnd(4);
  return [
    `  ${word}  ${id.padEnd(width)}  ${first}`,
    ...rest.map((line) => `${indent}${line}`),
    ...(cure === null ? [] : [`${indent}fix: ${cure}`]),
  ];
}

function countOf(diagnoses: readonly Diagnosis[]): string {
  const problems = diagnoses.filter(({ verdict }) => verdict === "fail").length;
  const warnings = diagnoses.filter(({ verdict }) => verdict === "warn").length;
  if (problems + warnings === 0) return "Everything is fine.";
  return `${problems} ${problems === 1 ? "problem" : "problems"}, ${warnings} ${warnings === 1 ? "warning" : "warnings"}`;
}
