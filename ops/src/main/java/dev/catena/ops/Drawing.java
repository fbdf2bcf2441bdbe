package dev.catena.ops;

import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;

/// Draws values as Mermaid flow charts. Not by recursion: a pipeline can be as deep as it likes.
final class Drawing {
    private final StringBuilder chart = new StringBuilder("flowchart LR\n");
    private int nodes;

    // what is left to draw, and what has been drawn and not yet been joined to anything
    private final ArrayDeque<Runnable> rest = new ArrayDeque<>();
    private final ArrayDeque<Span> drawn = new ArrayDeque<>();

    private Drawing() {}

    static String mermaid(Pipeline<?> pipeline) {
        var drawing = new Drawing();
        drawing.rest.push(() -> drawing.draw(pipeline));
        while (!drawing.rest.isEmpty()) {
            drawing.rest.pop().run();
        }
        return drawing.chart.toString();
    }

    /// The first and last node of what was drawn.
    private record Span(String first, String last) {}

    private void draw(Pipeline<?> pipeline) {
        switch (pipeline) {
            case Step<?> step -> links(Chain.of(step));
            case Chain<?> chain -> links(chain);
            case Pipeline.Done<?> _, Pipeline.Broken<?> _, Pipeline.Sleep _, Pipeline.Now _ ->
                    alone(pipeline.toString());
            case Pipeline.Mapped<?, ?>(var source, _) -> behind(source, "map", "-->");
            case Pipeline.Then<?, ?>(var source, _) -> behind(source, "then", "-->");
            case Pipeline.Recovered<?>(var source, _) -> behind(source, "recover", "-. failed .->");
            case Pipeline.Within<?>(var source, var duration) ->
                    behind(source, "within " + duration, "-. bounds .-");
            case Pipeline.Whole<?>(var chain, var policy) ->
                    behind(chain, "short: " + policy, "-->");
            case Pipeline.ForEach<?>(var source, _) -> behind(source, "for each", "==>");
            case Pipeline.Both<?, ?, ?>(var first, var second, _) ->
                    fork(List.of(first, second), "both");
            case Pipeline.Race<?>(var contestants) -> fork(contestants, "race");
            case Pipeline.Repeated<?>(var source, _) ->
                    after(
                            source,
                            span -> {
                                arrow(span.last(), "-- again -->", span.first());
                                drawn.push(span);
                            });
            case Pipeline.Ensured<?>(var source, var cleanup, var always) ->
                    after(
                            source,
                            span ->
                                    after(
                                            cleanup,
                                            last -> {
                                                arrow(
                                                        span.last(),
                                                        always
                                                                ? "-- in any case -->"
                                                                : "-- failed -->",
                                                        last.first());
                                                drawn.push(new Span(span.first(), last.last()));
                                            }));
        }
    }

    /// Draws a part, and then what it is for.
    private void after(Pipeline<?> part, Consumer<Span> then) {
        rest.push(() -> then.accept(drawn.pop()));
        rest.push(() -> draw(part));
    }

    /// A chain is a box, since the kernel runs it as one; a bound hangs below its link.
    private void links(Chain<?> chain) {
        chart.append("  subgraph chain").append(nodes).append("[\"one submission\"]\n");
        String first = "";
        String last = "";
        Tie tie = Tie.SOFT;
        for (var step : chain.steps()) {
            var node = node(step.op().toString());
            if (last.isEmpty()) {
                first = node;
            } else {
                arrow(last, tie == Tie.SOFT ? "-->" : "==>", node);
            }
            if (step.bound() != null) {
                arrow(node, "-. bounded .-", node(new LinkTimeout(step.bound()).toString()));
            }
            last = node;
            tie = step.tie();
        }
        chart.append("  end\n");
        drawn.push(new Span(first, last));
    }

    private void alone(String text) {
        var node = node(text);
        drawn.push(new Span(node, node));
    }

    private void behind(Pipeline<?> source, String text, String arrow) {
        after(
                source,
                span -> {
                    var node = node(text);
                    arrow(span.last(), arrow, node);
                    drawn.push(new Span(span.first(), node));
                });
    }

    private void fork(List<? extends Pipeline<?>> parts, String text) {
        var begin = node(text);
        var end = node("end of " + text);
        rest.push(() -> drawn.push(new Span(begin, end)));
        for (var part : parts.reversed()) {
            after(
                    part,
                    span -> {
                        arrow(begin, "-->", span.first());
                        arrow(span.last(), "-->", end);
                    });
        }
    }

    private String node(String text) {
        var name = "n" + nodes++;
        chart.append("  ")
                .append(name)
                .append("[\"")
                .append(text.replace("\"", "#quot;"))
                .append("\"]\n");
        return name;
    }

    private void arrow(String from, String arrow, String to) {
        chart.append("  ")
                .append(from)
                .append(' ')
                .append(arrow)
                .append(' ')
                .append(to)
                .append('\n');
    }
}
