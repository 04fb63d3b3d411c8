import type { BatchProvider } from "../../../src/ports/batch-provider.ts";

/** The same provider with one method replaced. */
export function but(inner: BatchProvider, changed: Partial<BatchProvider>): BatchProvider {
  return {
    provider: inner.provider,
    host: inner.host,
    model: inner.model,
    price: inner.price,
    limits: inner.limits,
    prepare: (...args) => inner.prepare(...args),
    submit: (...args) => inner.submit(...args),
    find: (...args) => inner.find(...args),
    poll: (...args) => inner.poll(...args),
    results: (...args) => inner.results(...args),
    cancel: (...args) => inner.cancel(...args),
    ...changed,
  };
}
