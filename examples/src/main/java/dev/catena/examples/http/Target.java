package dev.catena.examples.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// What a request asks for, as a path below the root.
///
/// @param path relative, decoded, without slashes at its ends; empty for the root. It may lead anywhere: whoever opens it sees to
///     it that it stays below the root
/// @param asDirectory whether it was written with a slash at its end
/// @param written as it was written, without the query and the slashes at its end
record Target(String path, boolean asDirectory, String written) {
    private static final String UNRESERVED =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-._~";

    /// The target of a request line: `/path?query` or `http://host/path`. Nothing, if it makes no sense.
    static Optional<Target> of(String requestUri) {
        var written = requestUri;
        int scheme = written.indexOf("://");
        if (scheme > 0 && !written.startsWith("/")) {
            int slash = written.indexOf('/', scheme + 3);
            written = slash < 0 ? "/" : written.substring(slash);
        }
        int end = written.indexOf('?');
        written = end < 0 ? written : written.substring(0, end);
        if (!written.startsWith("/")) {
            return Optional.empty();
        }
        var path = "/" + trimmed(written); // two slashes would be the name of a host
        return decoded(written).map(text -> new Target(trimmed(text), text.endsWith("/"), path));
    }

    private static String trimmed(String path) {
        int from = 0;
        int to = path.length();
        while (from < to && path.charAt(from) == '/') {
            from++;
        }
        while (from < to && path.charAt(to - 1) == '/') {
            to--;
        }
        return path.substring(from, to);
    }

    /// Its `%xx` replaced by the bytes they stand for, all of them UTF-8; nothing, if that cannot be or a control character is in
    /// it.
    private static Optional<String> decoded(String written) {
        var bytes = ByteBuffer.allocate(written.length());
        for (int at = 0; at < written.length(); at++) {
            char c = written.charAt(at);
            if (c > 0xff) {
                return Optional.empty();
            }
            if (c == '%') {
                int high =
                        at + 2 < written.length()
                                ? Character.digit(written.charAt(at + 1), 16)
                                : -1;
                int low = high < 0 ? -1 : Character.digit(written.charAt(at + 2), 16);
                if (low < 0) {
                    return Optional.empty();
                }
                bytes.put((byte) (high << 4 | low));
                at += 2;
            } else {
                bytes.put((byte) c);
            }
        }
        try {
            var text = StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
            return text.chars().anyMatch(Character::isISOControl)
                    ? Optional.empty()
                    : Optional.of(text);
        } catch (CharacterCodingException notUtf8) {
            return Optional.empty();
        }
    }

    /// A name as it is written in an address.
    static String encoded(String name) {
        var text = new StringBuilder();
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            boolean isPlain = UNRESERVED.indexOf(b) >= 0;
            if (isPlain) {
                text.append((char) b);
            } else {
                text.append('%').append(Character.toUpperCase(Character.forDigit(b >> 4 & 15, 16)));
                text.append(Character.toUpperCase(Character.forDigit(b & 15, 16)));
            }
        }
        return text.toString();
    }
}
