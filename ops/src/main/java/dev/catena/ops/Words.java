package dev.catena.ops;

import java.util.List;
import java.util.stream.Collectors;

/// How arguments are written where values print themselves as one would write them.
final class Words {
    private Words() {}

    /// A time: a duration or an instant.
    static String time(Bound bound) {
        return switch (bound) {
            case Bound.After(var duration) -> duration.toString();
            case Bound.At(var deadline) -> deadline.toString();
            case Bound.OfChain _ -> bound.toString();
        };
    }

    /// One behind the other.
    static String list(List<?> values) {
        return values.stream().map(Object::toString).collect(Collectors.joining(", "));
    }
}
