import type { Promises } from "../check-promises.ts";
import { expectedMessages } from "../expected-messages.ts";
import type { ObservedWebhook } from "../observe.ts";
import { repeated } from "./repeated.ts";

/** Every message arrives, as one message, however often it is delivered. */
export const messagePromises: Promises = {
  "every message arrives": ({ events, webhooks }) =>
    missing(countOf(expectedMessages(events).map(nameOf)), countOf(distinct(webhooks).map(nameInBody))).map(
      (name) => `${name} did not arrive`,
    ),

  "no message is sent as two": ({ events, webhooks }) =>
    missing(countOf(distinct(webhooks).map(nameInBody)), countOf(expectedMessages(events).map(nameOf))).map(
      (name) => `${name} arrived as one message too many`,
    ),

  "a repeated delivery is the same to the byte": ({ webhooks }) => {
    const contents = [...new Set(webhooks.map(({ id, body }) => JSON.stringify([id, body])))];
    return repeated(contents.map((content) => String((JSON.parse(content) as readonly string[])[0]))).map(
      (id) => `${id} came with another content`,
    );
  },

  "every delivery is signed": ({ webhooks }) =>
    webhooks.filter((webhook) => !webhook.isVerified).map(({ id }) => `${id} is not signed by us`),
};

function distinct(webhooks: readonly ObservedWebhook[]): readonly ObservedWebhook[] {
  return [...new Map(webhooks.map((webhook) => [webhook.id, webhook])).values()];
}

function nameOf({ runId, kind }: { readonly runId: string; readonly kind: string }): string {
  return `${kind} of ${runId}`;
}

function nameInBody({ body }: ObservedWebhook): string {
  const { data } = JSON.parse(body) as { readonly data: { readonly run_id: string; readonly kind: string } };
  return nameOf({ runId: data.run_id, kind: data.kind });
}

function countOf(names: readonly string[]): ReadonlyMap<string, number> {
  return new Map([...new Set(names)].map((name) => [name, names.filter((each) => each === name).length]));
}

function missing(wanted: ReadonlyMap<string, number>, found: ReadonlyMap<string, number>): readonly string[] {
  return [...wanted].flatMap(([name, count]) =>
    Array.from({ length: Math.max(0, count - (found.get(name) ?? 0)) }, () => name),
  );
}
