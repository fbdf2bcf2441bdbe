package dev.catena.examples.program;

import java.util.Locale;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Sizes in bytes as people write and read them: `4096`, `128k`, `1m`, in steps of 1024.
public final class ByteSize implements ITypeConverter<Long> {
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,9})([kmg]?)");

    @Override
    public Long convert(String text) {
        var size = SIZE.matcher(text.toLowerCase(Locale.ROOT));
        if (!size.matches()) {
            throw new TypeConversionException(
                    "'"
                            + text
                            + "' is not a size: give a number of bytes, or one with k, m or g behind it, as in 128k");
        }
        int shift =
                switch (size.group(2)) {
                    case "k" -> 10;
                    case "m" -> 20;
                    case "g" -> 30;
                    default -> 0;
                };
        return Math.multiplyExact(Long.parseLong(size.group(1)), 1L << shift);
    }

    /// A size for people, to three digits.
    public static String readable(long sizeBytes) {
        return readable((double) sizeBytes);
    }

    /// The same for a size that was computed, such as the bytes of a second.
    public static String readable(double sizeBytes) {
        double size = sizeBytes;
        var unit = "bytes";
        for (var next : new String[] {"KiB", "MiB", "GiB", "TiB"}) {
            if (size < 999.5) {
                break;
            }
            size /= 1024;
            unit = next;
        }
        var digits = size >= 99.95 || unit.equals("bytes") ? "%.0f %s" : "%.1f %s";
        return String.format(Locale.ROOT, digits, size, unit);
    }
}
