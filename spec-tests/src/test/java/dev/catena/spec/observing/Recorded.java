package dev.catena.spec.observing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/// A recording of Catena's events, for a test.
final class Recorded implements AutoCloseable {
    private final Recording recording = new Recording();

    private Recorded() {}

    /// Starts one that has no more than what is on by itself and those.
    static Recorded with(String... events) {
        var recorded = new Recorded();
        for (var event : events) {
            recorded.recording.enable("dev.catena." + event);
        }
        recorded.recording.start();
        return recorded;
    }

    /// Ends it and writes it down.
    Path stop(Path folder) throws IOException {
        recording.stop();
        var file = Files.createTempFile(folder, "recorded", ".jfr");
        recording.dump(file);
        return file;
    }

    /// The events of a loop, in order of their times.
    static List<RecordedEvent> events(Path file, String event, String loop) throws IOException {
        return RecordingFile.readAllEvents(file).stream()
                .filter(one -> one.getEventType().getName().equals("dev.catena." + event))
                .filter(one -> one.getString("loop").equals(loop))
                .sorted(Comparator.comparing(RecordedEvent::getStartTime))
                .toList();
    }

    @Override
    public void close() {
        recording.close();
    }
}
