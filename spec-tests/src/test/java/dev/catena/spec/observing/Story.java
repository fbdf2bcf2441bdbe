package dev.catena.spec.observing;

import static dev.catena.ops.Ops.link;
import static dev.catena.ops.Ops.nop;
import static dev.catena.ops.Ops.pipe;
import static dev.catena.ops.Ops.read;
import static dev.catena.ops.Ops.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.catena.ops.Errno;
import dev.catena.proactor.Metrics;
import dev.catena.proactor.Proactor;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import java.io.IOException;
import java.nio.file.Path;
import jdk.jfr.consumer.RecordedEvent;

/// Something happens on a proactor, and a recording has it.
final class Story {
    private Story() {}

    static void run(Proactor proactor) throws IOException {
        Scope.run(
                proactor,
                ScopeOptions.of("story"),
                scope -> {
                    scope.await(nop());
                    var ends = scope.await(pipe());
                    var bytes = scope.lease(5);
                    scope.await(link(nop(), write(ends.writing(), bytes)));
                    scope.await(read(ends.reading(), bytes));
                    scope.child(
                            ScopeOptions.of("given up"),
                            inner -> {
                                var reading = inner.start(read(ends.reading(), inner.lease(3)));
                                inner.await(nop());
                                reading.cancel("changed my mind");
                                return reading.outcome();
                            });
                });
    }

    static void assertTold(Path recording, String loop, Metrics metrics) throws IOException {
        var operations = Recorded.events(recording, "Operation", loop);
        assertThat(operations).hasSize((int) metrics.published());
        assertThat(operations)
                .extracting(
                        event -> event.getString("scope"),
                        Story::opcode,
                        event -> event.getInt("link"),
                        event -> event.getInt("fd") >= 0,
                        event -> event.getInt("result"))
                .contains(
                        tuple("story", "nop", 0, false, 0),
                        tuple("story", "write", 1, true, 5),
                        tuple("story", "read", 0, true, 5),
                        tuple("given up", "nop", 0, false, 0),
                        tuple("given up", "read", 0, true, -Errno.ECANCELED.number()),
                        tuple("given up", "cancel", 0, false, 0));
        assertThat(operations)
                .allSatisfy(event -> assertThat(event.getDuration().isNegative()).isFalse());
        assertThat(Recorded.events(recording, "Cancel", loop))
                .extracting(
                        event -> event.getString("scope"),
                        Story::opcode,
                        event -> event.getString("reason"))
                .containsExactly(tuple("given up", "read", "cancelled: changed my mind"));
        var stays = Recorded.events(recording, "Enter", loop);
        assertThat(stays.stream().mapToLong(event -> event.getLong("submitted")).sum())
                .as("entries submitted")
                .isGreaterThanOrEqualTo(metrics.published());
        assertThat(stays.stream().mapToLong(event -> event.getInt("completions")).sum())
                .as("completions taken")
                .isPositive()
                .isLessThanOrEqualTo(metrics.terminal());
    }

    private static String opcode(RecordedEvent event) {
        var text = event.getString("operation");
        return text.substring(0, text.indexOf('('));
    }
}
