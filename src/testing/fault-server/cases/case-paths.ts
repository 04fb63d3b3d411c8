import type { Vendor } from "../vendor.ts";
import type { WrittenCase } from "./case-schema.ts";

export interface CasePlace {
  readonly method: string;
  readonly path: string;
}

interface VendorPlaces {
  readonly upload: readonly CasePlace[];
  readonly create: readonly CasePlace[];
  readonly poll: readonly CasePlace[];
  readonly list: readonly CasePlace[];
  readonly download: readonly CasePlace[];
  readonly sync: readonly CasePlace[];
}

const post = (path: string): CasePlace => ({ method: "POST", path });
const get = (path: string): CasePlace => ({ method: "GET", path });

/** Where each vendor's client does what. */
export const places: Readonly<Record<Vendor, VendorPlaces>> = {
  openai: {
    upload: [post("/v1/files")],
    create: [post("/v1/batches")],
    poll: [get("/v1/batches/{id}")],
    list: [get("/v1/batches")],
    download: [get("/v1/files/{id}/content")],
    sync: [post("/v1/chat/completions"), post("/v1/responses")],
  },
  anthropic: {
    upload: [],
    create: [post("/v1/messages/batches")],
    poll: [get("/v1/messages/batches/{id}")],
    list: [get("/v1/messages/batches")],
    download: [get("/v1/messages/batches/{id}/results")],
    sync: [post("/v1/messages")],
  },
  gemini: {
    upload: [post("/upload/v1beta/files/{id}")],
    create: [post("/v1beta/models/{model}:batchGenerateContent")],
    poll: [get("/v1beta/batches/{id}")],
    list: [get("/v1beta/batches")],
    download: [get("/download/v1beta/files/{id}:download"), get("/v1beta/files/{id}:download")],
    sync: [post("/v1beta/models/{model}:generateContent")],
  },
};

export function vendorOfCase({ provider }: WrittenCase): Vendor {
  return provider === "anthropic" || provider === "gemini" ? provider : "openai";
}

/** What a case is about when it does not name a path: what happens in its phase. */
export function placesOfCase(written: WrittenCase): readonly CasePlace[] {
  const ofVendor = places[vendorOfCase(written)];
  switch (written.phase) {
    case "upload":
    case "create":
    case "poll":
    case "download":
    case "sync":
      return ofVendor[written.phase];
    case "validate":
    case "line":
    case "semantic":
    case "crash":
    case "budget":
      throw new Error(`Case ${written.id}: in the phase ${written.phase} an answer needs a path`);
  }
}
