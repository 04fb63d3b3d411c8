/** One private PostgreSQL for the whole test run; suites ask it for databases of their own. */
export function setup(): void {
  // The server is started lazily by the first suite that needs it.
}
