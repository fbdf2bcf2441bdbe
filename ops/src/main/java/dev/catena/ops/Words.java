package dev.catena.ops;

import java.util.ArrayDeque;
import java.util.ArrayList;
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

    /// A composed pipeline. Not by recursion: it can be as deep as it likes.
    static String pipeline(Pipeline<?> pipeline) {
        var text = new StringBuilder();
        var rest = new ArrayDeque<Object>();
        rest.push(pipeline);
        while (!rest.isEmpty()) {
            var next = rest.pop();
            var words = next instanceof Pipeline<?> part ? words(part) : List.of();
            if (words.isEmpty()) {
                text.append(next);
            }
            words.reversed().forEach(rest::push);
        }
        return text.toString();
    }

    /// The parts of a composed pipeline and the words between them; none of what is not composed.
    private static List<?> words(Pipeline<?> pipeline) {
        return switch (pipeline) {
            case Pipeline.Mapped<?, ?>(var source, _) -> List.of(source, ".map(…)");
            case Pipeline.Then<?, ?>(var source, _) -> List.of(source, ".then(…)");
            case Pipeline.Recovered<?>(var source, _) -> List.of(source, ".recover(…)");
            case Pipeline.Within<?>(var source, var duration) ->
                    List.of(source, ".within(" + duration + ")");
            case Pipeline.Both<?, ?, ?>(var first, var second, _) ->
                    List.of(first, ".zip(", second, ", …)");
            case Pipeline.Repeated<?>(var source, _) -> List.of(source, ".repeatWhile(…)");
            case Pipeline.Ensured<?>(var source, var cleanup, var always) ->
                    List.of(source, always ? ".ensuring(" : ".onFailure(", cleanup, ")");
            case Pipeline.Race<?>(var contestants) -> {
                var words = new ArrayList<Object>();
                words.add("race([");
                for (var contestant : contestants) {
                    words.add(contestant);
                    words.add(", ");
                }
                words.set(words.size() - 1, "])");
                yield words;
            }
            case Step<?> _,
                    Chain<?> _,
                    Pipeline.Done<?> _,
                    Pipeline.Broken<?> _,
                    Pipeline.Whole<?> _,
                    Pipeline.ForEach<?> _,
                    Pipeline.Sleep _,
                    Pipeline.Now _ ->
                    List.of();
        };
    }

    /// One behind the other.
    static String list(List<?> values) {
        return values.stream().map(Object::toString).collect(Collectors.joining(", "));
    }
}
