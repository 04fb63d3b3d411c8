import { isAbsolute, join } from "node:path";
import { RecordedBatchProvider } from "../../adapters/recorded-model/recorded-batch-provider.ts";
import { RecordedModel } from "../../adapters/recorded-model/recorded-model.ts";
import { readReplies } from "../../adapters/recorded-model/replies.ts";
import type { Config } from "../../config/config-schema.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Database } from "../../ports/database.ts";
import type { Environment } from "../environment.ts";
import type { ProjectHome } from "../project/project-home.ts";
import type { RunnableModel } from "./runnable-model.ts";

/** A recorded batch is looked at this often before it is done, so that waiting is seen to work. */
const recordedLooks = 2;

/** The model that the settings name; null when they name none. */
export async function openRunnableModel(
  {
    home,
    clock,
    env,
    db,
  }: {
    readonly home: ProjectHome;
    readonly clock: Clock;
    readonly db: Pick<Database, "gates">;
    readonly env: Environment;
  },
  config: Config,
): Promise<RunnableModel | null> {
  const { model } = config;
  if (model === null) return null;
  if (model.provider !== "recorded") {
    const { openProvider } = await import("./compose-provider.ts");
    const { limits, batch } = config;
    return openProvider(model, { clock, env, gates: db.gates, projectId: home.id, limits, batch });
  }
  const replies = await readReplies(
    isAbsolute(model.replies) ? model.replies : join(home.root, model.replies),
  );
  const batchProvider = new RecordedBatchProvider({
    replies,
    clock,
    journalFile: join(home.folder, "recorded-provider.jsonl"),
    pendingFor: { kind: "looks", count: recordedLooks },
  });
  return { model: new RecordedModel(replies), batchProvider };
}
