import { AasError } from "../../../domain/errors.ts";
import { checkAddress } from "./call-failure.ts";
import type { CallTrouble } from "./call-trouble.ts";
import { type Connection, tellable } from "./connection.ts";

/** A call that brought nothing, as the rest of the product knows it, with what a person can do about it. */
export function toAasError(connection: Connection, trouble: CallTrouble): AasError {
  const { provider, host, keyVariable } = connection;
  const said = tellable(trouble.message, connection);
  switch (trouble.kind) {
    case "rate":
    case "overloaded":
    case "open":
      return new AasError("provider_unavailable", `${provider} cannot do this now: ${said}`, {
        retryable: true,
        hadNoEffect: trouble.kind !== "open",
        cure: `Try again later. ${checkAddress(host)}`,
      });
    case "full":
      return new AasError("provider_full", `${provider} has no room at this price: ${said}`, {
        retryable: true,
        hadNoEffect: true,
      });
    case "unpaid":
      return new AasError("provider_unpaid", `${provider} wants to be paid: ${said}`, {
        cure: `Add credit or raise the limit on spending at ${provider}, then resume the run or repeat the command.`,
      });
    case "unauthorized":
      return new AasError("provider_refused", `${provider} does not accept the key: ${said}`, {
        cure: `Set ${keyVariable} to a key that ${host} accepts for this model.`,
      });
    case "too_large":
      return new AasError("provider_refused", `${provider} finds the request too large: ${said}`, {
        cure: "Ask for less at once: smaller tasks, or fewer files.",
      });
    case "filtered":
      return new AasError("provider_refused", `The filter of ${provider} refused the request: ${said}`, {
        cure: "Say it in other words, or choose another model.",
      });
    case "missing":
    case "unsupported":
      return new AasError("provider_refused", `${provider} has no such thing: ${said}`, {
        cure: `Check the name of the model and the address: ${host} was asked.`,
      });
    case "moved":
      return new AasError("provider_refused", `${provider} (${host}) sends calls elsewhere: ${said}`, {
        cure: "Set model.baseUrl to the address that answers itself: a key is not shown to another one.",
      });
    case "invalid":
      return new AasError("provider_refused", `${provider} refused the request: ${said}`, {
        cure: "Check the model and its settings: the same request would be refused again.",
      });
  }
}

/** A success that is not what it should be: whatever was asked for may have been done. */
export function unreadable({ provider, host }: Connection, wanted: string): AasError {
  return new AasError("provider_unavailable", `${provider} answered with something else than ${wanted}.`, {
    retryable: true,
    cure: `Try again later. ${checkAddress(host)}`,
  });
}
