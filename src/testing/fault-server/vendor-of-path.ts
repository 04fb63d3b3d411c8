import type { Vendor } from "./vendor.ts";

export function vendorOfPath(path: string): Vendor {
  if (path.startsWith("/v1/messages")) return "anthropic";
  return /^\/(?:upload\/|download\/)?v1beta\//u.test(path) ? "gemini" : "openai";
}
