import { askProvider, type Vendor } from "./ask-provider.ts";
import type { ProviderCall } from "./call-provider.ts";
import { toAasError } from "./to-aas-error.ts";

/** What has ended cannot be canceled, and is told as a conflict or as a wrong request: then there is nothing to do. */
export async function cancelBatch(
  vendor: Vendor,
  call: ProviderCall,
  hasEnded: () => Promise<boolean>,
): Promise<void> {
  const outcome = await askProvider(vendor, call);
  if (outcome.kind === "answered" || outcome.answer.status === 409) return;
  if (outcome.trouble.kind === "invalid" && (await hasEnded())) return;
  throw toAasError(vendor.connection, outcome.trouble);
}
