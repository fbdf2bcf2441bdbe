package dev.catena.examples.kv;

import java.util.Arrays;

/// What happens to a key: a record of the log.
///
/// On disk a record is its length and its checksum, 4 bytes each, and then a letter, a time (8 bytes, milliseconds since 1970, 0 for
/// never), the length of the key (4 bytes), the key, and the value, if there is one. All numbers are big-endian. A record that was
/// not written whole does not fit its checksum (CRC-32C).
sealed interface Change {
    /// A header's length and checksum.
    int HEADER_BYTES = 8;

    /// The longest record.
    int MOST_BYTES = 1 << 29;

    private static int fixedBytes() {
        return 1 + Long.BYTES + Integer.BYTES;
    }

    /// The key.
    Key key();

    /// The key has a value from now on.
    ///
    /// @param expiresMillis since 1970, or 0 for never
    @SuppressWarnings("ArrayRecordComponent") // nobody compares changes
    record Put(Key key, byte[] value, long expiresMillis) implements Change {}

    /// The key's value expires at another time.
    ///
    /// @param expiresMillis since 1970, or 0 for never
    record Expire(Key key, long expiresMillis) implements Change {}

    /// The key has no value any more.
    record Remove(Key key) implements Change {}

    /// All that a snapshot holds has been said: without this at its end, it is none.
    ///
    /// @param key empty
    record End(Key key) implements Change {
        static final End OF_SNAPSHOT = new End(Key.of(new byte[0]));
    }

    /// Writes it as a record.
    default void write(Bytes to) {
        int start = to.size();
        to.addInt(0).addInt(0);
        switch (this) {
            case Put put -> head(to, 'P', put.expiresMillis()).add(put.value());
            case Expire expire -> head(to, 'X', expire.expiresMillis());
            case Remove _ -> head(to, 'R', 0);
            case End _ -> head(to, 'E', 0);
        }
        to.setInt(start, to.size() - start - HEADER_BYTES);
        to.setInt(start + Integer.BYTES, to.checksum(start + HEADER_BYTES));
    }

    private Bytes head(Bytes to, char letter, long millis) {
        var name = key().name();
        return to.addByte(letter).addLong(millis).addInt(name.length).add(name);
    }

    /// Reads a record that is whole.
    ///
    /// @param at where it begins, behind its header
    /// @throws IllegalArgumentException if it is none that we know
    static Change read(byte[] bytes, int at, int length) {
        long millis = length < fixedBytes() ? 0 : Bytes.getLong(bytes, at + 1);
        int named = length < fixedBytes() ? -1 : Bytes.getInt(bytes, at + 1 + Long.BYTES);
        if (named < 0 || named > length - fixedBytes()) {
            throw new IllegalArgumentException("a record of no form that we know");
        }
        int name = at + fixedBytes();
        var key = Key.of(Arrays.copyOfRange(bytes, name, name + named));
        return switch (bytes[at]) {
            case 'P' -> new Put(key, Arrays.copyOfRange(bytes, name + named, at + length), millis);
            case 'X' -> new Expire(key, millis);
            case 'R' -> new Remove(key);
            case 'E' -> End.OF_SNAPSHOT;
            default -> throw new IllegalArgumentException("a record of a kind that we do not know");
        };
    }
}
