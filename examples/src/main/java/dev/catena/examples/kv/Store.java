package dev.catena.examples.kv;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// All keys and values, in memory. Its owner's lock is held around every call.
final class Store {
    /// What a key has.
    ///
    /// @param value not to be changed
    /// @param expiresMillis since 1970, or 0 for never
    @SuppressWarnings("ArrayRecordComponent") // nobody compares entries
    record Entry(byte[] value, long expiresMillis) {
        boolean isExpired(long nowMillis) {
            return expiresMillis != 0 && expiresMillis <= nowMillis;
        }
    }

    private record Expiry(long millis, Key key) implements Comparable<Expiry> {
        @Override
        public int compareTo(Expiry other) {
            return Long.compare(millis, other.millis);
        }
    }

    /// Where a scan is, and what it found.
    ///
    /// @param cursor where to go on, 0 at the end
    record Page(long cursor, List<Key> keys) {}

    private final TreeMap<Key, Entry> entries = new TreeMap<>();

    // also of values that have been replaced since
    private final PriorityQueue<Expiry> expiries = new PriorityQueue<>();
    private int expiring;

    int size() {
        return entries.size();
    }

    int expiring() {
        return expiring;
    }

    /// What a key has, if that has not expired.
    @Nullable Entry get(Key key, long nowMillis) {
        var entry = entries.get(key);
        return entry == null || entry.isExpired(nowMillis) ? null : entry;
    }

    void apply(Change change) {
        switch (change) {
            case Change.Put(var key, var value, long millis) -> put(key, new Entry(value, millis));
            case Change.Expire(var key, long millis) -> {
                var entry = entries.get(key);
                if (entry != null) {
                    put(key, new Entry(entry.value(), millis));
                }
            }
            case Change.Remove(var key) -> gone(entries.remove(key));
            case Change.End _ -> {}
        }
    }

    private void put(Key key, Entry entry) {
        gone(entries.put(key, entry));
        if (entry.expiresMillis() != 0) {
            expiring++;
            expiries.add(new Expiry(entry.expiresMillis(), key));
        }
    }

    private void gone(@Nullable Entry entry) {
        if (entry != null && entry.expiresMillis() != 0) {
            expiring--;
        }
    }

    /// Forgets values that have expired, so many at most. They need no record: the time is in the one that made them.
    void expire(long nowMillis, int most) {
        for (int i = 0; i < most; i++) {
            var next = expiries.peek();
            if (next == null || next.millis() > nowMillis) {
                return;
            }
            expiries.poll();
            var entry = entries.get(next.key());
            if (entry != null && entry.isExpired(nowMillis)) {
                gone(entries.remove(next.key()));
            }
        }
    }

    /// Some keys, from a cursor on; 0 for the first. A key that is there from the first page to the last is on one of them.
    Page scan(long cursor, int count, long nowMillis) {
        var found = new ArrayList<Key>();
        int seen = 0;
        long last = 0;
        for (var entry : entries.tailMap(Key.before(cursor), true).entrySet()) {
            long hash = entry.getKey().hash();
            if (seen >= count && hash != last) {
                return new Page(hash, found);
            }
            if (!entry.getValue().isExpired(nowMillis)) {
                found.add(entry.getKey());
            }
            last = hash;
            seen++;
        }
        return new Page(0, found);
    }

    /// All there is, as the changes that make it. They may be used after the lock is given back.
    List<Change> snapshot() {
        var all = new ArrayList<Change>(entries.size() + 1);
        entries.forEach(
                (key, entry) -> all.add(new Change.Put(key, entry.value(), entry.expiresMillis())));
        all.add(Change.End.OF_SNAPSHOT);
        return all;
    }
}
