/** Where Node keeps what carries out the calls of `fetch`; documented for whoever wants to replace it. */
const place = Symbol.for("undici.globalDispatcher.1");

type Dispatcher = NonNullable<RequestInit["dispatcher"]>;

/**
 * Node gives an answer up that has not begun after five minutes, but a model that thinks says nothing for longer than
 * that. Here only the deadline of the call counts. `fetch` asks nothing but `dispatch` of it.
 */
export const patientDispatcher = {
  dispatch(options, handler) {
    const { [place]: usual } = globalThis as typeof globalThis & { readonly [place]: Dispatcher };
    return usual.dispatch({ ...options, headersTimeout: 0, bodyTimeout: 0 }, handler);
  },
} satisfies Pick<Dispatcher, "dispatch"> as Dispatcher;
