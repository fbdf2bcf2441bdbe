package dev.catena.examples.kv;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.jspecify.annotations.Nullable;

/// Answers, written one behind the other as RESP2 has them.
final class Replies {
    private Bytes bytes = new Bytes();

    Replies status(String latin) {
        bytes.addByte('+');
        return line(latin);
    }

    Replies error(String latin) {
        bytes.addByte('-');
        return line(latin);
    }

    Replies number(long number) {
        bytes.addByte(':');
        return line(Long.toString(number));
    }

    /// So many answers are the parts of one.
    Replies array(int size) {
        bytes.addByte('*');
        return line(Integer.toString(size));
    }

    Replies value(byte[] value) {
        bytes.addByte('$');
        line(Integer.toString(value.length));
        bytes.add(value).addByte('\r').addByte('\n');
        return this;
    }

    Replies valueOrNull(Store.@Nullable Entry entry) {
        return entry == null ? nothing() : value(entry.value());
    }

    Replies nothing() {
        bytes.addByte('$');
        return line("-1");
    }

    private Replies line(String latin) {
        bytes.add(latin.getBytes(ISO_8859_1)).addByte('\r').addByte('\n');
        return this;
    }

    int size() {
        return bytes.size();
    }

    /// Takes what has been written so far.
    Bytes take() {
        var taken = bytes;
        bytes = new Bytes();
        return taken;
    }
}
