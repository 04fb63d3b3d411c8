import type { Vendor } from "../vendor.ts";

/** Bytes that tell usage, so that they cost money when they go out. */
export type Delivery =
  /** One result a line; what is cut off at the end is not delivered. */
  | { readonly kind: "lines"; readonly vendor: Vendor; readonly batchRef: string; readonly fileRef: string }
  /** All results in one JSON document, delivered whole or not at all. */
  | {
      readonly kind: "inline_results";
      readonly vendor: Vendor;
      readonly batchRef: string;
      readonly results: readonly unknown[];
    }
  /** The answer to one request. */
  | { readonly kind: "reply"; readonly vendor: Vendor; readonly callRef: string };
