import type { Vendor } from "./vendor.ts";

/** An uploaded file, or one that results were written to. */
export interface HeldFile {
  readonly id: string;
  readonly vendor: Vendor;
  readonly name: string;
  readonly purpose: string;
  readonly bytes: Buffer;
  readonly createdAtMs: number;
  readonly expiresAtMs: number | null;
  /** The batch whose results these are. */
  readonly resultsOf: string | null;
}
