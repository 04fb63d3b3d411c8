import type { Json } from "../../../domain/json.ts";

/** A line of a result file, before anything happens to its bytes. */
export interface ResultLine {
  readonly customId: string;
  readonly file: "output" | "error";
  readonly value: Json;
}
