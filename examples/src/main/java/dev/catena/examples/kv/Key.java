package dev.catena.examples.kv;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The name of a value: any bytes. Keys are in the order of their hashes, so that a scan can go on where it was, whatever has come or
/// gone in between.
///
/// @param hash 1 or more
/// @param name not to be changed
@SuppressWarnings("ArrayRecordComponent") // compared by content below
record Key(long hash, byte[] name) implements Comparable<Key> {

    static Key of(byte[] name) {
        long hash = 0xcbf29ce484222325L;
        for (byte b : name) {
            hash = (hash ^ b) * 0x100000001b3L;
        }
        hash = (hash ^ hash >>> 32) * 0x9e3779b97f4a7c15L;
        return new Key(Math.max(1, (hash ^ hash >>> 29) & Long.MAX_VALUE), name);
    }

    /// What comes before all keys of that hash.
    static Key before(long hash) {
        return new Key(hash, new byte[0]);
    }

    @Override
    public int compareTo(Key other) {
        int order = Long.compare(hash, other.hash);
        return order != 0 ? order : Arrays.compare(name, other.name);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Key key && compareTo(key) == 0;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(hash);
    }
}
