package dev.catena.examples.kv;

import dev.catena.ops.Buffer;
import java.net.ProtocolException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a client has sent, cut into commands: arrays of RESP2, and lines of words as one types them ("inline").
final class Requests {
    private static final int MOST_WORDS = 1 << 20;
    private static final int MOST_WORD_BYTES = 64 << 20;
    private static final int MOST_LINE_BYTES = 64 << 10;
    private static final byte[] NONE = {};

    private byte[] ahead = NONE;
    private int from;
    private int to;

    // of the array that has come in part
    private final List<byte[]> words = new ArrayList<>();
    private int missing;

    /// Takes what was received.
    void add(Buffer received) {
        if (received.size() > ahead.length - to) {
            int size = to - from;
            var room =
                    new byte
                            [Math.max(
                                    size + received.size(),
                                    Math.min(2 * size, MOST_WORD_BYTES * 2))];
            System.arraycopy(ahead, from, room, 0, size);
            ahead = room;
            from = 0;
            to = size;
        }
        received.asByteBuffer().get(ahead, to, received.size());
        to += received.size();
    }

    /// The next command; null if it has not come whole.
    ///
    /// @throws ProtocolException if it is none, or too large
    @Nullable List<byte[]> next() throws ProtocolException {
        while (true) {
            if (missing > 0) {
                if (!word()) {
                    return null;
                }
                missing--;
            } else {
                var line = line();
                if (line == null) {
                    return null;
                }
                if (line.length > 0 && line[0] == '*') {
                    missing = number(line, MOST_WORDS, "invalid multibulk length");
                } else {
                    words.addAll(typed(line));
                }
            }
            if (missing == 0 && !words.isEmpty()) {
                var command = List.copyOf(words);
                words.clear();
                return command;
            }
        }
    }

    /// Takes the next word of an array, if it is there whole.
    private boolean word() throws ProtocolException {
        int start = from;
        var line = line();
        if (line == null) {
            return false;
        }
        if (line.length == 0 || line[0] != '$') {
            throw new ProtocolException("expected '$'");
        }
        int size = number(line, MOST_WORD_BYTES, "invalid bulk length");
        if (to - from < size + 2) {
            from = start; // the line is read again when there is more
            return false;
        }
        if (ahead[from + size] != '\r' || ahead[from + size + 1] != '\n') {
            throw new ProtocolException("a word does not end where it should");
        }
        words.add(Arrays.copyOfRange(ahead, from, from + size));
        from += size + 2;
        return true;
    }

    private byte @Nullable [] line() throws ProtocolException {
        for (int at = from; at < to; at++) {
            if (ahead[at] == '\n') {
                int end = at > from && ahead[at - 1] == '\r' ? at - 1 : at;
                var line = Arrays.copyOfRange(ahead, from, end);
                from = at + 1;
                return line;
            }
        }
        if (to - from > MOST_LINE_BYTES) {
            throw new ProtocolException("too big inline request");
        }
        return null;
    }

    /// The number behind the first byte of a line.
    private static int number(byte[] line, int most, String otherwise) throws ProtocolException {
        long number = 0;
        for (int i = 1; i < line.length; i++) {
            if (line[i] < '0' || line[i] > '9' || number > most) {
                throw new ProtocolException(otherwise);
            }
            number = 10 * number + line[i] - '0';
        }
        if (line.length == 1 || number > most) {
            throw new ProtocolException(otherwise);
        }
        return (int) number;
    }

    /// The words of a line: parted by spaces, or in quotes, where `\` stands before a quote that is meant.
    private static List<byte[]> typed(byte[] line) throws ProtocolException {
        var found = new ArrayList<byte[]>();
        int at = 0;
        while (at < line.length) {
            if (line[at] == ' ' || line[at] == '\t') {
                at++;
                continue;
            }
            var word = new Bytes();
            int quote = line[at] == '"' || line[at] == '\'' ? line[at++] : -1;
            while (at < line.length
                    && (quote < 0 ? line[at] != ' ' && line[at] != '\t' : line[at] != quote)) {
                if (quote >= 0 && line[at] == '\\' && at + 1 < line.length) {
                    at++;
                }
                word.addByte(line[at++]);
            }
            if (quote >= 0 && (at++ == line.length || (at < line.length && line[at] != ' '))) {
                throw new ProtocolException("unbalanced quotes in request");
            }
            found.add(word.toArray());
        }
        return found;
    }
}
