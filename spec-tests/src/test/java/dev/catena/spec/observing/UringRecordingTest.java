package dev.catena.spec.observing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.catena.proactor.ProactorBuilder;
import dev.catena.proactor.TraceExport;
import dev.catena.spec.UringSpec;
import dev.catena.spec.lifetimes.Loop;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What recordings have of a real ring, and the traces made of them.
@Timeout(60)
class UringRecordingTest extends UringSpec {
    @TempDir private Path folder;

    @Override
    protected ProactorBuilder settings(ProactorBuilder builder) {
        return builder.name("ring-recorded");
    }

    @Test
    void operationsEntersAndCancelsShouldBeRecorded() throws Exception {
        try (var recorded = Recorded.with("Operation", "Enter")) {
            Story.run(proactor());
            Loop.until(proactor(), now -> now.inFlight() == 0); // cancels answer when they like
            Story.assertTold(recorded.stop(folder), "ring-recorded", ring().metrics());
        }
    }

    @Test
    void traceShouldHaveScopesAsGroupsAndOperationsAsPairs() throws Exception {
        var trace = folder.resolve("trace.json");
        Path recording;
        try (var recorded = Recorded.with("Operation", "Enter")) {
            Story.run(proactor());
            Loop.until(proactor(), now -> now.inFlight() == 0);
            recording = recorded.stop(folder);
        }
        long count = TraceExport.write(recording, trace);
        var events = read(trace);
        long operations = Recorded.events(recording, "Operation", "ring-recorded").size();
        long stays = Recorded.events(recording, "Enter", "ring-recorded").size();
        assertThat(count).isGreaterThanOrEqualTo(operations + stays + 1);

        var names = new HashMap<Integer, String>();
        for (var event : of(events, "M")) {
            if (event.get("name").getAsString().equals("process_name")) {
                names.put(
                        event.get("pid").getAsInt(),
                        event.getAsJsonObject("args").get("name").getAsString());
            }
        }
        assertThat(names.values())
                .contains(
                        "loop ring-recorded",
                        "story #1 on ring-recorded",
                        "given up #2 on ring-recorded");

        var begun = new HashMap<String, JsonObject>();
        var ended = new HashSet<String>();
        of(events, "b").forEach(event -> begun.put(event.get("id").getAsString(), event));
        for (var end : of(events, "e")) {
            var begin = begun.get(end.get("id").getAsString());
            assertThat(ended.add(end.get("id").getAsString())).isTrue();
            assertThat(end.get("pid")).isEqualTo(begin.get("pid"));
            assertThat(end.get("cat")).isEqualTo(begin.get("cat"));
            assertThat(end.get("name")).isEqualTo(begin.get("name"));
            assertThat(end.get("ts").getAsDouble())
                    .isGreaterThanOrEqualTo(begin.get("ts").getAsDouble());
        }
        assertThat(ended)
                .hasSameSizeAs(begun.keySet())
                .hasSizeGreaterThanOrEqualTo((int) operations);
        assertThat(begun.values())
                .anySatisfy(
                        event -> {
                            assertThat(event.get("name").getAsString()).isEqualTo("read");
                            assertThat(names.get(event.get("pid").getAsInt()))
                                    .startsWith("given up");
                            assertThat(event.getAsJsonObject("args").get("error").getAsString())
                                    .isEqualTo("ECANCELED");
                        });
        assertThat(of(events, "i"))
                .anySatisfy(
                        event ->
                                assertThat(
                                                event.getAsJsonObject("args")
                                                        .get("reason")
                                                        .getAsString())
                                        .isEqualTo("cancelled: changed my mind"));
        assertThat(of(events, "X"))
                .hasSizeGreaterThanOrEqualTo((int) stays)
                .allSatisfy(
                        event -> {
                            assertThat(event.get("dur").getAsDouble()).isNotNegative();
                            assertThat(event.get("ts").getAsDouble()).isNotNegative();
                        });
        assertThat(Map.copyOf(names)).hasSize(new HashSet<>(names.values()).size());
    }

    private static List<JsonObject> read(Path trace) throws Exception {
        var root = JsonParser.parseString(Files.readString(trace)).getAsJsonObject();
        return StreamSupport.stream(root.getAsJsonArray("traceEvents").spliterator(), false)
                .map(element -> element.getAsJsonObject())
                .toList();
    }

    private static List<JsonObject> of(List<JsonObject> events, String phase) {
        return events.stream()
                .filter(event -> event.get("ph").getAsString().equals(phase))
                .toList();
    }
}
