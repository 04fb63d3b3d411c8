/** What this thread has computed so far, in milliseconds. Time on the wall would also count what other programs do. */
export function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
