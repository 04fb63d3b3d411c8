/** What a batch may be made of, as the API lists it. */
export const batchEndpoints: readonly string[] = [
  "/v1/responses",
  "/v1/chat/completions",
  "/v1/embeddings",
  "/v1/completions",
  "/v1/moderations",
];
