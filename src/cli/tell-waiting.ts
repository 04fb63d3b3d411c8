import { openRunnableModel } from "../app/composing/compose-model.ts";
import { tellSilence } from "../app/composing/tell-silence.ts";
import { renderDuration } from "./render/duration-text.ts";
import type { Terminal } from "./terminal.ts";

/** The model of the settings for a command that waits for its answers: a silent provider is told of beside the answer. */
export function tellWaiting(terminal: Pick<Terminal, "say">): typeof openRunnableModel {
  return async (place, config) => {
    const runnable = await openRunnableModel(place, config);
    if (runnable === null) return null;
    const model = tellSilence(runnable.model, (provider, waitedMs) =>
      terminal.say(`${provider} has not answered for ${renderDuration(waitedMs)} …`),
    );
    return { ...runnable, model };
  };
}
