package dev.catena.ops;

import java.util.ArrayDeque;
import java.util.List;

/// Lists what a value becomes: the entries of each submission, and in between what the loop does. Not by recursion: a
/// pipeline can be as deep as it likes.
final class Listing {
    private static final int MOST_INDENTED = 32;

    private final StringBuilder text = new StringBuilder();
    private final ArrayDeque<Part> rest = new ArrayDeque<>();

    private Listing() {}

    /// What is left to list: a pipeline, or what is said between two.
    private record Part(int indent, Object what) {}

    static String of(Pipeline<?> pipeline) {
        var listing = new Listing();
        listing.rest.push(new Part(0, pipeline));
        while (!listing.rest.isEmpty()) {
            var part = listing.rest.pop();
            if (part.what() instanceof Pipeline<?> next) {
                listing.list(part.indent(), next);
            } else {
                listing.line(part.indent(), part.what().toString());
            }
        }
        return listing.text.toString();
    }

    private void list(int indent, Pipeline<?> pipeline) {
        switch (pipeline) {
            case Step<?> step -> entries(indent, Chain.of(step));
            case Chain<?> chain -> entries(indent, chain);
            case Pipeline.Done<?> _, Pipeline.Broken<?> _, Pipeline.Now _ ->
                    line(indent, pipeline.toString());
            case Pipeline.Sleep _ -> line(indent, pipeline + " in the loop's timer queue");
            case Pipeline.Mapped<?, ?>(var source, _) ->
                    next(indent, source, "then a function changes the result");
            case Pipeline.Then<?, ?>(var source, _) ->
                    next(indent, source, "then what a function makes of the result");
            case Pipeline.Recovered<?>(var source, _) ->
                    next(indent, source, "then if that fails: what a function makes of it");
            case Pipeline.Within<?>(var source, var duration) ->
                    next(
                            indent,
                            source,
                            "then all within " + duration + ", watched by the loop's timer queue");
            case Pipeline.Whole<?>(var chain, var policy) ->
                    next(indent, chain, "then short transfers: " + policy);
            case Pipeline.Repeated<?>(var source, _) ->
                    next(indent, source, "then again while a function says so");
            case Pipeline.Ensured<?>(var source, var cleanup, var always) ->
                    next(
                            indent,
                            source,
                            always
                                    ? "then in any case, shielded:"
                                    : "then unless it completed, shielded:",
                            cleanup);
            case Pipeline.ForEach<?>(var source, _) ->
                    next(indent, source, "then for each: what a function makes of it");
            case Pipeline.Both<?, ?, ?>(var first, var second, _) -> {
                line(indent, "both at once:");
                next(indent + 1, first, second);
            }
            case Pipeline.Race<?>(var contestants) -> {
                line(indent, "a race:");
                next(indent + 1, contestants.toArray());
            }
        }
    }

    private void next(int indent, Object... parts) {
        for (var part : List.of(parts).reversed()) {
            rest.push(new Part(indent, part));
        }
    }

    private void entries(int indent, Chain<?> chain) {
        var entries = chain.entries();
        line(
                indent,
                entries.size()
                        + (entries.size() == 1 ? " entry" : " entries")
                        + ", one submission");
        for (int i = 0; i < entries.size(); i++) {
            line(indent, String.format("%3d  %s", i, entries.get(i)));
        }
    }

    private void line(int indent, String line) {
        text.append("  ".repeat(Math.min(indent, MOST_INDENTED))).append(line).append('\n');
    }
}
