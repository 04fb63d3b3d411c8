import { anthropicBatchRoutes } from "./anthropic/batch-routes.ts";
import { anthropicSyncRoutes } from "./anthropic/sync-routes.ts";
import { geminiBatchRoutes } from "./gemini/batch-routes.ts";
import { geminiFileRoutes } from "./gemini/file-routes.ts";
import { geminiSyncRoutes } from "./gemini/sync-routes.ts";
import type { Route } from "./http/route.ts";
import { openaiBatchRoutes } from "./openai/batch-routes.ts";
import { openaiFileRoutes } from "./openai/file-routes.ts";
import { openaiSyncRoutes } from "./openai/sync-routes.ts";
import type { World } from "./world.ts";

/** Every protocol at one address: their paths do not meet. */
export function vendorRoutes(world: World): readonly Route[] {
  return [
    openaiFileRoutes,
    openaiBatchRoutes,
    openaiSyncRoutes,
    anthropicBatchRoutes,
    anthropicSyncRoutes,
    geminiFileRoutes,
    geminiBatchRoutes,
    geminiSyncRoutes,
  ].flatMap((routesOf) => routesOf(world));
}
