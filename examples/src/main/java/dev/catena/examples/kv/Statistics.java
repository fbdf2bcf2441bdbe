package dev.catena.examples.kv;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/// What was done, for `INFO` and for the end.
final class Statistics {
    final long startedNanos = System.nanoTime();
    final AtomicLong commands = new AtomicLong();
    final AtomicLong connections = new AtomicLong();
    final AtomicLong clients = new AtomicLong();
    final AtomicLong records = new AtomicLong();
    final AtomicLong syncs = new AtomicLong();
    final AtomicLong compactions = new AtomicLong();

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%,d commands of %,d connections; %,d records in %,d syncs; %,d compactions",
                commands.get(),
                connections.get(),
                records.get(),
                syncs.get(),
                compactions.get());
    }
}
