import type { WorkflowStatus as EngineStatus } from "@dbos-inc/dbos-sdk";
import { messageOf } from "../../domain/errors.ts";
import type { Json } from "../../domain/json.ts";
import type { WorkflowStatus } from "../../ports/durable.ts";

export function toWorkflowStatus({ status, output, error }: EngineStatus): WorkflowStatus {
  switch (status) {
    case "SUCCESS":
      return { kind: "completed", output: (output ?? null) as Json };
    case "ERROR":
      return { kind: "failed", message: messageOf(error) };
    case "MAX_RECOVERY_ATTEMPTS_EXCEEDED":
      return { kind: "failed", message: "It was recovered too often" };
    case "CANCELLED":
      return { kind: "canceled" };
    default:
      return { kind: "pending" };
  }
}
