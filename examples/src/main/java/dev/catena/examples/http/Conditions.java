package dev.catena.examples.http;

import java.time.Instant;
import java.util.Optional;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.message.MessageSupport;
import org.jspecify.annotations.Nullable;

/// Whether a request's conditions hold for a file (RFC 9110, section 13.2.2).
enum Conditions {
    /// They do, or there are none.
    HOLD,
    /// The client has it already.
    NOT_MODIFIED,
    /// It is not what the client takes it for.
    FAILED;

    static Conditions of(HttpRequest request, OpenFiles.File file) {
        if (request.containsHeader("If-Match")) {
            if (!names(request, "If-Match", file.tag())) {
                return FAILED;
            }
        } else if (time(request, "If-Unmodified-Since")
                .filter(file.modified()::isAfter)
                .isPresent()) {
            return FAILED;
        }
        if (request.containsHeader("If-None-Match")) {
            return names(request, "If-None-Match", file.tag()) ? NOT_MODIFIED : HOLD;
        }
        return time(request, "If-Modified-Since")
                        .filter(time -> !file.modified().isAfter(time))
                        .isPresent()
                ? NOT_MODIFIED
                : HOLD;
    }

    /// Whether a part may be given: `If-Range` is absent, or names the file as it is.
    static boolean allowPart(HttpRequest request, OpenFiles.File file) {
        var condition = value(request, "If-Range");
        return condition == null
                || condition.equals(file.tag())
                || Times.read(condition).filter(file.modified()::equals).isPresent();
    }

    private static boolean names(HttpRequest request, String header, String tag) {
        for (var each = MessageSupport.iterateTokens(request, header); each.hasNext(); ) {
            var named = each.next();
            if (named.equals("*") || named.equals(tag) || named.equals("W/" + tag)) {
                return true;
            }
        }
        return false;
    }

    private static Optional<Instant> time(HttpRequest request, String header) {
        var value = value(request, header);
        return value == null ? Optional.empty() : Times.read(value);
    }

    private static @Nullable String value(HttpRequest request, String name) {
        var header = request.getFirstHeader(name);
        return header == null ? null : header.getValue();
    }
}
