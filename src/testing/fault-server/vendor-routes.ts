import type { Route } from "./http/route.ts";
import { openaiBatchRoutes } from "./openai/batch-routes.ts";
import { openaiFileRoutes } from "./openai/file-routes.ts";
import { openaiSyncRoutes } from "./openai/sync-routes.ts";
import type { World } from "./world.ts";

/** Every protocol at one address: their paths do not meet. */
export function vendorRoutes(world: World): readonly Route[] {
  return [...openaiFileRoutes(world), ...openaiBatchRoutes(world), ...openaiSyncRoutes(world)];
}
