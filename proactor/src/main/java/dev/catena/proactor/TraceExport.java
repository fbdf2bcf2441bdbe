package dev.catena.proactor;

import dev.catena.ops.Errno;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/// Makes a trace of a JFR recording that <https://ui.perfetto.dev> and `chrome://tracing` open: JSON in the Trace Event Format.
///
/// Each scope has a group of tracks, with its operations as slices (pairs of `b` and `e`, since they overlap) and its cancels as
/// instants; each loop has one, with its stays in the kernel, its stalls and its overflows. Times count from the first event, in
/// microseconds with three decimals, by the clock of the JFR: real time, also of a simulated kernel.
///
/// The recording has to have been told to [record operations and stays][#EVENTS], which are off by default.
public final class TraceExport {
    /// What the names of all events of Catena begin with; `dev.catena.Operation` and `dev.catena.Enter` are off unless a recording
    /// enables them, `dev.catena.Stall`, `dev.catena.Cancel` and `dev.catena.Overflow` are on.
    public static final String EVENTS = "dev.catena.";

    private static final int ENTRIES_TRACK = 1;
    private static final int STALLS_TRACK = 2;

    private final Writer out;
    private final Instant origin;
    private final Map<String, Integer> groups = new HashMap<>();
    private long count;
    private long pairs;
    private long written;

    private TraceExport(Writer out, Instant origin) {
        this.out = out;
        this.origin = origin;
    }

    /// Converts a recording; other events in it are left out. Reads it twice and keeps none of it in memory.
    ///
    /// @param recording what `jdk.jfr.Recording.dump`, `jcmd JFR.dump` or `-XX:StartFlightRecording` has written
    /// @param trace the file to write, or overwrite
    /// @return how many events of Catena it has
    /// @throws IOException if the recording cannot be read, or the trace not be written
    public static long write(Path recording, Path trace) throws IOException {
        var first = new Instant[] {Instant.MAX};
        forEach(
                recording,
                event -> {
                    var start = start(event);
                    first[0] = start.isBefore(first[0]) ? start : first[0];
                });
        try (var out = Files.newBufferedWriter(trace)) {
            var export = new TraceExport(out, first[0]);
            out.write("{\"displayTimeUnit\": \"ns\", \"traceEvents\": [");
            forEach(recording, export::add);
            out.write("\n]}\n");
            return export.count;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static void forEach(Path recording, Consumer<RecordedEvent> action) throws IOException {
        try (var events = new RecordingFile(recording)) {
            while (events.hasMoreEvents()) {
                var event = events.readEvent();
                if (event.getEventType().getName().startsWith(EVENTS)) {
                    action.accept(event);
                }
            }
        }
    }

    private static boolean isStall(RecordedEvent event) {
        return event.getEventType().getName().equals(EVENTS + "Stall");
    }

    /// When it began: a stall is told of when it has lasted for a while.
    private static Instant start(RecordedEvent event) {
        return isStall(event)
                ? event.getStartTime().minus(event.getDuration("stalled"))
                : event.getStartTime();
    }

    private void add(RecordedEvent event) {
        count++;
        switch (event.getEventType().getName().substring(EVENTS.length())) {
            case "Operation" -> addOperation(event);
            case "Enter" -> addStay(event);
            case "Stall" -> addStall(event);
            case "Cancel" -> addCancel(event);
            case "Overflow" -> addOverflow(event);
            default -> count--; // of a version to come
        }
    }

    private void addOperation(RecordedEvent event) {
        var text = event.getString("operation");
        int result = event.getInt("result");
        var arguments = new LinkedHashMap<String, Object>();
        arguments.put("operation", text);
        arguments.put("fd", event.getInt("fd"));
        arguments.put("link", event.getInt("link"));
        arguments.put("result", result);
        if (result < 0) {
            arguments.put("error", Errno.of(result).name());
        }
        int parenthesis = text.indexOf('(');
        var pair = new LinkedHashMap<String, Object>();
        pair.put("name", parenthesis < 0 ? text : text.substring(0, parenthesis));
        pair.put("cat", "operation");
        pair.put("id", Long.toString(++pairs));
        pair.put("pid", scope(event));
        pair.put("tid", 0);
        write("b", event.getStartTime(), pair, arguments);
        write("e", event.getEndTime(), pair, Map.of());
    }

    private void addStay(RecordedEvent event) {
        var slice =
                slice(
                        "kernel",
                        loop(event),
                        ENTRIES_TRACK,
                        event.getStartTime(),
                        event.getEndTime());
        var arguments = new LinkedHashMap<String, Object>();
        arguments.put("submitted", event.getLong("submitted"));
        arguments.put("completions", event.getInt("completions"));
        write("X", event.getStartTime(), slice, arguments);
    }

    private void addStall(RecordedEvent event) {
        var slice = slice("stall", loop(event), STALLS_TRACK, start(event), event.getStartTime());
        var arguments = new LinkedHashMap<String, Object>();
        arguments.put("holder", event.getString("holder"));
        arguments.put("stack", event.getString("stack"));
        write("X", start(event), slice, arguments);
    }

    private void addCancel(RecordedEvent event) {
        var arguments = new LinkedHashMap<String, Object>();
        arguments.put("operation", event.getString("operation"));
        arguments.put("reason", event.getString("reason"));
        write("i", event.getStartTime(), instant("cancel", scope(event)), arguments);
    }

    private void addOverflow(RecordedEvent event) {
        var arguments = Map.<String, Object>of("count", event.getLong("count"));
        write("i", event.getStartTime(), instant("overflow", loop(event)), arguments);
    }

    private static Map<String, Object> slice(
            String name, int group, int track, Instant start, Instant end) {
        var slice = new LinkedHashMap<String, Object>();
        slice.put("name", name);
        slice.put("pid", group);
        slice.put("tid", track);
        slice.put("dur", micros(start, end));
        return slice;
    }

    private static Map<String, Object> instant(String name, int group) {
        var instant = new LinkedHashMap<String, Object>();
        instant.put("name", name);
        instant.put("pid", group);
        instant.put("tid", 0);
        instant.put("s", "p"); // across its group
        return instant;
    }

    /// The group of tracks of an event's loop.
    private int loop(RecordedEvent event) {
        var loop = event.getString("loop");
        var known = groups.get(loop);
        if (known != null) {
            return known;
        }
        int group = group(loop, "loop " + loop);
        writeName("thread_name", group, ENTRIES_TRACK, "kernel entries");
        writeName("thread_name", group, STALLS_TRACK, "stalls");
        return group;
    }

    /// The group of tracks of an event's scope.
    private int scope(RecordedEvent event) {
        long number = event.getLong("scopeId");
        if (number == 0) {
            return loop(event);
        }
        var loop = event.getString("loop");
        var key = loop + '\n' + number;
        var known = groups.get(key);
        return known != null
                ? known
                : group(key, event.getString("scope") + " #" + number + " on " + loop);
    }

    private int group(String key, String name) {
        int group = groups.size() + 1;
        groups.put(key, group);
        writeName("process_name", group, 0, name);
        return group;
    }

    private void writeName(String what, int group, int track, String name) {
        var event = new LinkedHashMap<String, Object>();
        event.put("name", what);
        event.put("pid", group);
        event.put("tid", track);
        write("M", origin, event, Map.of("name", name));
    }

    private void write(
            String phase, Instant at, Map<String, Object> event, Map<String, Object> arguments) {
        var all = new LinkedHashMap<String, Object>();
        all.put("ph", phase);
        all.put("ts", micros(origin, at));
        all.putAll(event);
        if (!arguments.isEmpty()) {
            all.put("args", arguments);
        }
        try {
            out.write((written++ == 0 ? "\n" : ",\n") + Json.inOneLine(all));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static BigDecimal micros(Instant from, Instant to) {
        return BigDecimal.valueOf(ChronoUnit.NANOS.between(from, to), 3);
    }
}
