package dev.catena.ops;

import java.util.ArrayList;
import java.util.List;

/// Shows values to people: as lines of text, and as Mermaid flow charts.
final class Drawing {
    private final StringBuilder chart = new StringBuilder("flowchart LR\n");
    private int nodes;

    private Drawing() {}

    static String explain(Pipeline<?> pipeline) {
        return String.join("\n", lines(pipeline)) + "\n";
    }

    private static List<String> lines(Pipeline<?> pipeline) {
        return switch (pipeline) {
            case Step<?> step -> entries(Chain.of(step));
            case Chain<?> chain -> entries(chain);
            case Pipeline.Done<?> done -> List.of(done.toString());
            case Pipeline.Broken<?> broken -> List.of(broken.toString());
            case Pipeline.Sleep sleep -> List.of(sleep + " in the loop's timer queue");
            case Pipeline.Now now -> List.of(now.toString());
            case Pipeline.Mapped<?, ?>(var source, _) ->
                    then(lines(source), "a function changes the result");
            case Pipeline.Then<?, ?>(var source, _) ->
                    then(lines(source), "what a function makes of the result");
            case Pipeline.Recovered<?>(var source, _) ->
                    then(lines(source), "if that fails: what a function makes of it");
            case Pipeline.Within<?>(var source, var duration) ->
                    then(
                            lines(source),
                            "all within " + duration + ", watched by the loop's timer queue");
            case Pipeline.Whole<?>(var chain, var policy) ->
                    then(entries(chain), "short transfers: " + policy);
            case Pipeline.Both<?, ?, ?>(var first, var second, _) ->
                    together("both at once", List.of(first, second));
            case Pipeline.Race<?>(var contestants) -> together("a race", contestants);
            case Pipeline.Repeated<?>(var source, _) ->
                    then(lines(source), "again while a function says so");
            case Pipeline.Ensured<?>(var source, var cleanup) -> {
                var all = then(lines(source), "in any case, shielded:");
                all.addAll(lines(cleanup));
                yield all;
            }
            case Pipeline.ForEach<?>(var source, _) ->
                    then(entries(Chain.of(source)), "for each: what a function makes of it");
        };
    }

    private static List<String> entries(Chain<?> chain) {
        var entries = chain.entries();
        var lines = new ArrayList<String>();
        lines.add(
                entries.size()
                        + (entries.size() == 1 ? " entry" : " entries")
                        + ", one submission");
        for (int i = 0; i < entries.size(); i++) {
            lines.add(String.format("%3d  %s", i, entries.get(i)));
        }
        return lines;
    }

    private static List<String> then(List<String> lines, String next) {
        var all = new ArrayList<>(lines);
        all.add("then " + next);
        return all;
    }

    private static List<String> together(String what, List<? extends Pipeline<?>> parts) {
        var all = new ArrayList<String>();
        all.add(what + ":");
        for (var part : parts) {
            lines(part).forEach(line -> all.add("  " + line));
        }
        return all;
    }

    static String mermaid(Pipeline<?> pipeline) {
        var drawing = new Drawing();
        drawing.draw(pipeline);
        return drawing.chart.toString();
    }

    /// The first and last node of what was drawn.
    private record Span(String first, String last) {}

    private Span draw(Pipeline<?> pipeline) {
        return switch (pipeline) {
            case Step<?> step -> draw(Chain.of(step));
            case Chain<?> chain -> links(chain);
            case Pipeline.Done<?> done -> alone(done.toString());
            case Pipeline.Broken<?> broken -> alone(broken.toString());
            case Pipeline.Sleep sleep -> alone(sleep.toString());
            case Pipeline.Now now -> alone(now.toString());
            case Pipeline.Mapped<?, ?>(var source, _) -> behind(draw(source), "map", "-->");
            case Pipeline.Then<?, ?>(var source, _) -> behind(draw(source), "then", "-->");
            case Pipeline.Recovered<?>(var source, _) ->
                    behind(draw(source), "recover", "-. failed .->");
            case Pipeline.Within<?>(var source, var duration) ->
                    behind(draw(source), "within " + duration, "-. bounds .-");
            case Pipeline.Whole<?>(var chain, var policy) ->
                    behind(draw(chain), "short: " + policy, "-->");
            case Pipeline.Both<?, ?, ?>(var first, var second, _) ->
                    fork(List.of(first, second), "both");
            case Pipeline.Race<?>(var contestants) -> fork(contestants, "race");
            case Pipeline.Repeated<?>(var source, _) -> {
                var span = draw(source);
                arrow(span.last(), "-- again -->", span.first());
                yield span;
            }
            case Pipeline.Ensured<?>(var source, var cleanup) -> {
                var span = draw(source);
                var after = draw(cleanup);
                arrow(span.last(), "-- in any case -->", after.first());
                yield new Span(span.first(), after.last());
            }
            case Pipeline.ForEach<?>(var source, _) ->
                    behind(draw(Chain.of(source)), "for each", "==>");
        };
    }

    /// A chain is a box, since the kernel runs it as one; a bound hangs below its link.
    private Span links(Chain<?> chain) {
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
        return new Span(first, last);
    }

    private Span alone(String text) {
        var node = node(text);
        return new Span(node, node);
    }

    private Span behind(Span span, String text, String arrow) {
        var node = node(text);
        arrow(span.last(), arrow, node);
        return new Span(span.first(), node);
    }

    private Span fork(List<? extends Pipeline<?>> parts, String text) {
        var begin = node(text);
        var end = node("end of " + text);
        for (var part : parts) {
            var span = draw(part);
            arrow(begin, "-->", span.first());
            arrow(span.last(), "-->", end);
        }
        return new Span(begin, end);
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
