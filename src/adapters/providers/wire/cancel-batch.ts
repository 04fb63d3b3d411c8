import { askProvider, type Vendor } from "./ask-provider.ts";
import type { ProviderCall } from "./call-provider.ts";
import { toAasError } from "./to-aas-error.ts";

const isOver: ReadonlySet<number> = new Set([404, 409]);

/**
 * What has ended cannot be canceled, and is told as a conflict or as a wrong request; what the provider does not know is
 * not worked on. Then there is nothing to do.
 */
export async function cancelBatch(
  vendor: Vendor,
  call: ProviderCall,
  hasEnded: () => Promise<boolean>,
): Promise<void> {
  const outcome = await askProvider(vendor, call);
  if (outcome.kind === "answered" || isOver.has(outcome.answer.status)) return;
  if (outcome.trouble.kind === "invalid" && (await hasEnded())) return;
  throw toAasError(vendor.connection, outcome.trouble);
}
