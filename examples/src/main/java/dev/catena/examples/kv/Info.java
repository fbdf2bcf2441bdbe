package dev.catena.examples.kv;

/// What `INFO` says.
final class Info {
    private Info() {}

    static String of(Store store, Log log, Statistics statistics) {
        long seconds = (System.nanoTime() - statistics.startedNanos) / 1_000_000_000;
        var runtime = Runtime.getRuntime();
        return String.join(
                "\r\n",
                "# Server",
                "server_name:catena kv",
                "process_id:" + ProcessHandle.current().pid(),
                "uptime_in_seconds:" + seconds,
                "",
                "# Clients",
                "connected_clients:" + statistics.clients,
                "",
                "# Memory",
                "used_memory:" + (runtime.totalMemory() - runtime.freeMemory()),
                "",
                "# Persistence",
                "log_bytes:" + log.target().size(),
                "log_records:" + statistics.records,
                "log_syncs:" + statistics.syncs,
                "log_compactions:" + statistics.compactions,
                "",
                "# Stats",
                "total_connections_received:" + statistics.connections,
                "total_commands_processed:" + statistics.commands,
                "",
                "# Keyspace",
                "db0:keys=" + store.size() + ",expires=" + store.expiring(),
                "");
    }
}
