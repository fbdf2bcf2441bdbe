package dev.catena.proactor.portable;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The entries that run, by their tokens: a hash table with linear probing, since every operation passes through here and boxes
/// and nodes would cost it more than the rest of its way. Loop thread only.
final class Running {
    private static final int FIRST_SIZE = 64;
    private static final long SPREAD = 0x9E3779B97F4A7C15L; // 2^64 divided by the golden ratio

    // never more than half full; a power of two
    private @Nullable Entry[] table = new @Nullable Entry[FIRST_SIZE];
    private int size;

    /// Adds an entry whose token nothing else has that runs.
    void add(Entry entry) {
        if (2 * (size + 1) > table.length) {
            grow();
        }
        put(table, entry);
        size++;
    }

    /// The entry of a token, or null.
    @Nullable Entry find(long token) {
        int at = place(token, table.length);
        for (var entry = table[at]; entry != null; entry = table[at]) {
            if (entry.token == token) {
                return entry;
            }
            at = after(at);
        }
        return null;
    }

    /// Takes an entry out, if it is there.
    void remove(Entry entry) {
        int at = place(entry.token, table.length);
        while (table[at] != entry) {
            if (table[at] == null) {
                return;
            }
            at = after(at);
        }
        size--;
        close(at);
    }

    /// Those that run now.
    List<Entry> all() {
        var all = new ArrayList<Entry>(size);
        for (var entry : table) {
            if (entry != null) {
                all.add(entry);
            }
        }
        return all;
    }

    /// Frees a place. What stands behind it up to the next free one moves up, unless it would then be before its own place.
    private void close(int freed) {
        int free = freed;
        int at = after(free);
        for (var entry = table[at]; entry != null; entry = table[at]) {
            int fromOwn = (at - place(entry.token, table.length)) & (table.length - 1);
            int fromFree = (at - free) & (table.length - 1);
            if (fromOwn >= fromFree) {
                table[free] = entry;
                free = at;
            }
            at = after(at);
        }
        table[free] = null;
    }

    private void grow() {
        var larger = new @Nullable Entry[table.length * 2];
        for (var entry : table) {
            if (entry != null) {
                put(larger, entry);
            }
        }
        table = larger;
    }

    private static void put(@Nullable Entry[] table, Entry entry) {
        int at = place(entry.token, table.length);
        while (table[at] != null) {
            at = (at + 1) & (table.length - 1);
        }
        table[at] = entry;
    }

    private int after(int place) {
        return (place + 1) & (table.length - 1);
    }

    private static int place(long token, int length) {
        return (int) ((token * SPREAD) >>> (Long.numberOfLeadingZeros(length) + 1));
    }
}
