import type { ServerLayout } from "./server-layout.ts";

/** On the command line, not in postgresql.conf: so they change with this program, not with the age of the data. */
export function serverArguments(layout: ServerLayout, version: string): readonly string[] {
  const settings: Readonly<Record<string, string>> = {
    listen_addresses: "",
    unix_socket_directories: layout.socketFolder,
    unix_socket_permissions: "0700",
    max_connections: "60",
    shared_buffers: "32MB",
    fsync: "on",
    wal_level: "minimal",
    max_wal_senders: "0",
    min_wal_size: "32MB",
    max_wal_size: "128MB",
    // Three and one processes that a small database does without.
    io_method: "sync",
    max_logical_replication_workers: "0",
    log_checkpoints: "off",
    timezone: "UTC",
    log_timezone: "UTC",
    // Tells those who attach which binaries the server runs on.
    cluster_name: version,
  };
  return [
    "-D",
    layout.dataFolder,
    ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
  ];
}
