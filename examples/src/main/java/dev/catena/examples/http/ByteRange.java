package dev.catena.examples.http;

import java.util.regex.Pattern;

/// What a `Range` header asks for (RFC 9110, section 14).
sealed interface ByteRange {

    /// The whole file: there is no such header, or it is one that may be ignored, as those with several ranges.
    record Whole() implements ByteRange {}

    /// Part of it.
    ///
    /// @param first where it begins
    /// @param length how many bytes, at least 1
    record Part(long first, long length) implements ByteRange {}

    /// Nothing that the file has.
    record Beyond() implements ByteRange {}

    Pattern ONE = Pattern.compile("bytes=\\s*(\\d{0,18})-(\\d{0,18})\\s*");

    /// Reads it.
    ///
    /// @param header its value
    /// @param size of the file
    static ByteRange of(String header, long size) {
        var one = ONE.matcher(header);
        if (!one.matches()) {
            return new Whole();
        }
        var first = one.group(1);
        var last = one.group(2);
        if (first.isEmpty()) {
            return last.isEmpty() ? new Whole() : ending(Long.parseLong(last), size);
        }
        long from = Long.parseLong(first);
        long to = last.isEmpty() ? Long.MAX_VALUE : Long.parseLong(last);
        if (to < from) {
            return new Whole();
        }
        return from >= size ? new Beyond() : new Part(from, Math.min(to, size - 1) - from + 1);
    }

    private static ByteRange ending(long length, long size) {
        long some = Math.min(length, size);
        return some == 0 ? new Beyond() : new Part(size - some, some);
    }
}
