import type { DoctorReport } from "../../app/doctor/run-doctor.ts";
import type { DoctorDocument } from "./doctor-schema.ts";

export function toDoctorDocument({ project, diagnoses }: DoctorReport): DoctorDocument {
  return {
    project,
    problems: diagnoses.filter(({ verdict }) => verdict === "fail").length,
    warnings: diagnoses.filter(({ verdict }) => verdict === "warn").length,
    checks: diagnoses.map(({ id, verdict, detail, cure }) => ({ id, verdict, detail, cure })),
  };
}
