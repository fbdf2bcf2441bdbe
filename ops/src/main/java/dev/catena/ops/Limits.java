package dev.catena.ops;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The ranges in which the kernel takes values, checked where a value is made.
final class Limits {
    // PATH_MAX of linux/limits.h, less the NUL
    private static final int MAX_PATH_BYTES = 4095;

    private Limits() {}

    /// A file offset, or -1 for the file's current position (`pread(2)` knows no negative offset; io_uring takes -1).
    static long offset(long offset) {
        if (offset < -1) {
            throw new InvalidValueException(
                    "offset "
                            + offset
                            + " is negative: give 0 or more, or leave it out to use the file's current position");
        }
        return offset;
    }

    /// A descriptor that has to be a number, since the kernel looks for it among those of the process.
    static void number(String what, @Nullable Fd fd) {
        if (fd != null && fd.isSlot()) {
            throw new InvalidValueException(
                    what + " takes no fixed file slot, got " + fd + ": the kernel answers EBADF");
        }
    }

    static Duration duration(String what, Duration duration) {
        if (duration.isNegative()) {
            throw new InvalidValueException(what + " cannot be negative: " + duration);
        }
        return duration;
    }

    static int atLeast(String what, int least, int value) {
        if (value < least) {
            throw new InvalidValueException(what + " must be at least " + least + ": " + value);
        }
        return value;
    }

    static String bytes(String what, int most, String value) {
        int bytes = value.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > most) {
            throw new InvalidValueException(
                    what + " has at most " + most + " bytes of UTF-8, got " + bytes + ": " + value);
        }
        return value;
    }

    /// The length in nanoseconds; what does not fit becomes the nearest `long`.
    static long saturatedNanos(Duration duration) {
        try {
            return duration.toNanos();
        } catch (ArithmeticException tooLong) {
            return duration.isNegative() ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }

    /// The regions of a vectored transfer: `IOV_MAX` is 1024.
    static List<Buffer> vector(List<Buffer> buffers) {
        if (buffers.isEmpty() || buffers.size() > 1024) {
            throw new InvalidValueException(
                    "a vectored transfer has 1 to 1024 regions, got " + buffers.size());
        }
        return List.copyOf(buffers);
    }

    /// The regions without their first bytes.
    static List<Buffer> without(List<Buffer> buffers, int moved) {
        var rest = new ArrayList<Buffer>(buffers.size());
        int left = moved;
        for (var buffer : buffers) {
            if (left >= buffer.size()) {
                left -= buffer.size();
            } else {
                rest.add(left == 0 ? buffer : buffer.from(left));
                left = 0;
            }
        }
        return rest;
    }

    /// An offset some bytes on; the current position moves by itself.
    static long advance(long offset, int moved) {
        return offset < 0 ? offset : offset + moved;
    }

    static <E extends Enum<E>> Set<E> some(String what, Set<E> values) {
        if (values.isEmpty()) {
            throw new InvalidValueException("there are no " + what);
        }
        return Set.copyOf(values);
    }

    /// The names of a set in the order of their declaration.
    static <E extends Enum<E>> String names(Set<E> values) {
        return values.stream().sorted().map(Enum::name).collect(Collectors.joining(", "));
    }

    /// A path that the kernel can take.
    static Path path(Path path) {
        var text = path.toString();
        if (text.isEmpty() || text.indexOf('\0') >= 0) {
            throw new InvalidValueException("a path must be non-empty and without NUL characters");
        }
        bytes("a path", MAX_PATH_BYTES, text);
        return path;
    }

    static int mode(int mode) {
        if ((mode & ~07777) != 0) {
            throw new InvalidValueException(
                    "mode " + Integer.toOctalString(mode) + " is not within 0 to 07777 (octal)");
        }
        return mode;
    }

    /// A range of a file.
    static void range(long offset, long length) {
        if (offset < 0 || length < 1 || offset + length < 0) {
            throw new InvalidValueException(
                    "a range begins at 0 or more, has at least one byte and ends within 2^63: "
                            + offset
                            + ", "
                            + length);
        }
    }

    /// A futex.
    static void word(Buffer word) {
        if (word.size() != Integer.BYTES) {
            throw new InvalidValueException("a futex has 4 bytes: " + word);
        }
    }
}
