package dev.catena.spec.timers;

import static dev.catena.ops.Ops.done;
import static dev.catena.ops.Ops.link;
import static dev.catena.ops.Ops.pipe;
import static dev.catena.ops.Ops.read;
import static dev.catena.ops.Ops.timeout;
import static dev.catena.ops.Ops.write;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catena.ops.Buffer;
import dev.catena.ops.Clock;
import dev.catena.ops.Errno;
import dev.catena.ops.Fd;
import dev.catena.scope.Scope;
import dev.catena.spec.Trail;
import dev.catena.timers.Backoff;
import dev.catena.timers.MissedTicks;
import dev.catena.timers.Timers;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The snippets of `docs/guide/timers.md`.
@Tag("T1")
@Tag("T3")
class GuideTest extends SimulatedTime {
    @Test
    void sleeping() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    Timers.sleep(scope, ofMillis(50));
                    assertElapsed(50);
                    Timers.sleep(scope, ofSeconds(1), Clock.BOOTTIME);
                    assertElapsed(1050);
                    Timers.sleepUntil(scope, Instant.parse("2000-01-01T00:00:02Z"));
                    assertElapsed(2000);
                });
    }

    @Test
    void ticking() throws Exception {
        var seen = new ArrayList<Long>();
        Scope.run(
                proactor(),
                scope -> {
                    for (var tick : Timers.interval(scope, ofMillis(100), MissedTicks.SKIP)) {
                        seen.add(tick.number());
                        if (seen.size() == 3) {
                            break;
                        }
                    }
                    assertElapsed(200);
                    scope.await(
                            Timers.ticking(
                                    ofMillis(100),
                                    MissedTicks.SKIP,
                                    tick -> done(tick.number() < 5)));
                });
        assertThat(seen).containsExactly(0L, 1L, 2L);
        assertElapsed(700);
    }

    @Test
    @Tag("D1")
    void boundingWork() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var ends = scope.await(pipe());
                    var buffer = scope.lease(64);
                    var answer =
                            Timers.timeoutOr(
                                    scope,
                                    ofSeconds(1),
                                    "no answer",
                                    inner -> ask(inner, ends.reading(), buffer));
                    assertThat(answer).isEqualTo("no answer");
                    int n =
                            scope.await(
                                    Timers.timeoutOr(
                                            read(ends.reading(), buffer), ofSeconds(1), -1));
                    assertThat(n).isEqualTo(-1);
                });
        assertElapsed(2000);
    }

    private static String ask(Scope scope, Fd from, Buffer buffer) throws IOException {
        return "answer of " + scope.await(read(from, buffer));
    }

    @Test
    @Tag("C4")
    void doingSomethingLater() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var ends = scope.await(pipe());
                    var pipe = ends.writing();
                    var ping = scope.lease(4);
                    var later = scope.start(link(timeout(ofSeconds(5)), write(pipe, ping)));
                    scope.await(read(ends.reading(), scope.lease(8)));
                    later.await();
                });
        assertThat(elapsed()).isGreaterThanOrEqualTo(ofSeconds(5));
    }

    @Test
    void idleConnections() throws Exception {
        var trail = new Trail();
        Scope.run(
                proactor(),
                scope -> {
                    Runnable hangUp = () -> trail.add("hung up at " + elapsed());
                    var idle = Timers.timer(scope, ofSeconds(60), hangUp);
                    Timers.sleep(scope, ofSeconds(40));
                    idle.reset();
                    Timers.sleep(scope, ofSeconds(40));
                    assertThat(idle.isRunning()).isTrue();
                });
        assertThat(trail.events()).containsExactly("hung up at PT1M40S");
    }

    @Test
    void rates() throws Exception {
        var trail = new Trail();
        Scope.run(
                proactor(),
                scope -> {
                    var limit = Timers.rateLimit(scope, 100, ofSeconds(1));
                    for (int i = 0; i < 200; i++) {
                        limit.acquire();
                    }
                    assertElapsed(1000);
                    Runnable save = () -> trail.add("saved at " + elapsed());
                    var changed = Timers.debounce(scope, ofMillis(200), save);
                    changed.call();
                    changed.call();
                });
        assertThat(trail.events()).containsExactly("saved at PT1.2S");
    }

    @Test
    void tryingAgain() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var ends = scope.await(pipe());
                    var buffer = scope.lease(64);
                    var patient = Backoff.times(5).waiting(ofMillis(10), ofSeconds(1));
                    var outcome =
                            scope.attempt(
                                    patient.retry(
                                            read(ends.reading(), buffer).within(ofSeconds(2))));
                    assertThat(outcome.isCompleted()).isFalse();
                    assertThat(patient.on(Errno.ECONNREFUSED).attempts()).isEqualTo(5);
                });
        assertThat(elapsed()).isGreaterThan(ofSeconds(10)).isLessThan(ofSeconds(11));
    }
}
