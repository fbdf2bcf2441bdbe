package dev.catena.examples.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;

/// Times of day as HTTP writes them (RFC 9110, section 5.6.7), to the second.
final class Times {
    private static final DateTimeFormatter FORM =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
                    .withZone(ZoneOffset.UTC);

    /// @param second since 1970
    /// @param text how it is written
    private record Now(long second, String text) {}

    // whoever finds it old replaces it: to do so twice does no harm
    private static volatile Now now = new Now(0, "");

    private Times() {}

    static String written(Instant time) {
        return FORM.format(time);
    }

    /// The time that it is, for a `Date` header.
    static String now() {
        long second = System.currentTimeMillis() / 1000;
        var last = now;
        if (last.second() != second) {
            last = new Now(second, written(Instant.ofEpochSecond(second)));
            now = last;
        }
        return last.text();
    }

    /// Nothing, if it is none.
    static Optional<Instant> read(String text) {
        try {
            return Optional.of(
                    ZonedDateTime.parse(text.strip(), DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant()
                            .truncatedTo(ChronoUnit.SECONDS));
        } catch (DateTimeException none) {
            return Optional.empty();
        }
    }
}
