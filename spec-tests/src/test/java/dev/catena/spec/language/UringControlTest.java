package dev.catena.spec.language;

import static dev.catena.ops.Ops.cancel;
import static dev.catena.ops.Ops.cancelAll;
import static dev.catena.ops.Ops.cancelEverything;
import static dev.catena.ops.Ops.futexWait;
import static dev.catena.ops.Ops.futexWake;
import static dev.catena.ops.Ops.messageRing;
import static dev.catena.ops.Ops.nop;
import static dev.catena.ops.Ops.pipe;
import static dev.catena.ops.Ops.read;
import static dev.catena.ops.Ops.timeout;
import static dev.catena.ops.Ops.waitProcess;
import static dev.catena.ops.Ops.write;
import static dev.catena.spec.language.Failing.assertFails;
import static dev.catena.spec.language.UringFilesTest.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catena.ops.Cancel;
import dev.catena.ops.Errno;
import dev.catena.ops.FutexWait;
import dev.catena.ops.FutexWake;
import dev.catena.ops.MessageRing;
import dev.catena.ops.Nop;
import dev.catena.ops.OperationId;
import dev.catena.ops.Outcome;
import dev.catena.ops.Pipe;
import dev.catena.ops.Read;
import dev.catena.ops.WaitProcess;
import dev.catena.scope.Pending;
import dev.catena.scope.Scope;
import dev.catena.spec.DriverOfTests;
import dev.catena.spec.NotOn;
import dev.catena.spec.RingUnderTest;
import dev.catena.spec.Said;
import dev.catena.spec.UringSpec;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Operations on operations, rings, processes and threads.
class UringControlTest extends UringSpec {
    private static final Duration LONG = Duration.ofHours(1);

    @Test
    @Shows(Nop.class)
    @NotOn(value = DriverOfTests.PORTABLE, why = "there is no kernel to enter")
    void nopShouldGoThroughTheKernelAndDoNothing() throws Exception {
        var before = ring().metrics();
        Scope.run(
                proactor(),
                scope -> {
                    for (int i = 0; i < 10; i++) {
                        scope.await(nop());
                    }
                });
        var after = ring().metrics();
        assertThat(after.published() - before.published()).isEqualTo(10);
        assertThat(after.enters()).isGreaterThanOrEqualTo(before.enters() + 10);
    }

    @Test
    @Shows(Cancel.class)
    void cancelOfOneShouldEndThatOne() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var ends = scope.await(pipe());
                    var one = waiting(scope, ends);
                    var other = waiting(scope, ends);
                    assertThat(scope.await(cancel(one.id()))).isEqualTo(1);
                    assertThat(Said.of(one.outcome())).isEqualTo("cancelled");
                    assertThat(other.isDone()).isFalse();
                    assertFails(Errno.ENOENT, scope.attempt(cancel(new OperationId(0x7fff0001L))));
                    scope.await(write(ends.writing(), text(scope, "x")));
                    assertThat(other.await()).isEqualTo(1);
                });
    }

    @Test
    @Shows(Cancel.class)
    void cancelOnADescriptorShouldEndAllOnItAndNoneElsewhere() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var here = scope.await(pipe());
                    var there = scope.await(pipe());
                    var reads = List.of(waiting(scope, here), waiting(scope, here));
                    var elsewhere = waiting(scope, there);
                    assertThat(scope.await(cancelAll(here.reading()))).isEqualTo(2);
                    for (var reading : reads) {
                        assertThat(Said.of(reading.outcome())).isEqualTo("cancelled");
                    }
                    assertThat(elsewhere.isDone()).isFalse();
                    assertThat(scope.await(cancelAll(here.reading()))).as("none left").isZero();
                    scope.await(write(there.writing(), text(scope, "x")));
                    assertThat(elsewhere.await()).isEqualTo(1);
                });
    }

    @Test
    @Shows(Cancel.class)
    void cancelOfEverythingShouldEndWhatIsInFlightAndLeaveTheRingUsable() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var ends = scope.await(pipe());
                    var reading = waiting(scope, ends);
                    var sleeping = scope.start(timeout(LONG));
                    assertThat(scope.await(cancelEverything())).isGreaterThanOrEqualTo(2);
                    assertThat(Said.of(reading.outcome())).isEqualTo("cancelled");
                    assertThat(Said.of(sleeping.outcome())).isEqualTo("cancelled");
                    scope.await(write(ends.writing(), text(scope, "x")));
                    assertThat(scope.await(read(ends.reading(), scope.lease(4)))).isEqualTo(1);
                });
        // a wake-up from another thread still comes
        assertThat(Scope.<Integer, RuntimeException>open(proactor(), _ -> 1)).isEqualTo(1);
    }

    @Test
    @Shows(MessageRing.class)
    @NotOn(value = DriverOfTests.PORTABLE, why = "there is no ring that takes messages")
    @NotOn(value = DriverOfTests.SIM, why = "each proactor has a simulated kernel of its own here")
    void messageShouldReachTheOtherLoop() throws Exception {
        var received = new LinkedBlockingQueue<Long>();
        var messages = List.of(0L, 1L, 0x1234_5678_9abc_def0L, MessageRing.MAX);
        try (var other = RingUnderTest.open()) {
            other.proactor().onMessage(received::add);
            var target = other.proactor().ring();
            Scope.run(
                    proactor(),
                    scope -> {
                        for (long message : messages) {
                            scope.await(messageRing(target, message));
                        }
                    });
            for (long message : messages) {
                assertThat(received.poll(20, TimeUnit.SECONDS)).isEqualTo(message);
            }
            assertThat(other.metrics().stale()).isZero();
        }
    }

    @Test
    @Shows(MessageRing.class)
    @NotOn(value = DriverOfTests.PORTABLE, why = "there is no ring that takes messages")
    @NotOn(value = DriverOfTests.SIM, why = "each proactor has a simulated kernel of its own here")
    void handlerThatThrowsShouldNotEndTheOtherLoop() throws Exception {
        var received = new LinkedBlockingQueue<Long>();
        try (var other = RingUnderTest.open()) {
            other.proactor()
                    .onMessage(
                            message -> {
                                received.add(message);
                                throw new IllegalStateException("a handler that throws");
                            });
            var target = other.proactor().ring();
            Scope.run(
                    proactor(),
                    scope -> {
                        scope.await(messageRing(target, 1));
                        scope.await(messageRing(target, 2));
                    });
            assertThat(received.poll(20, TimeUnit.SECONDS)).isEqualTo(1);
            assertThat(received.poll(20, TimeUnit.SECONDS)).isEqualTo(2);
        }
    }

    @Test
    @Shows(WaitProcess.class)
    @NotOn(
            value = DriverOfTests.PORTABLE,
            why = "the JDK tells of a process only to who started it")
    @NotOn(value = DriverOfTests.SIM, why = "it has no processes")
    void waitProcessShouldTellHowAChildEnded() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    int seven = Child.spawn("exit 7");
                    assertThat(scope.await(new WaitProcess(seven, false)))
                            .isEqualTo(new WaitProcess.Exit(false, 7));
                    assertThat(scope.await(waitProcess(seven)))
                            .as("it was kept, and is now let go")
                            .isEqualTo(new WaitProcess.Exit(false, 7));
                    assertFails(Errno.ECHILD, scope.attempt(waitProcess(seven)));

                    int killed = Child.spawn("kill -9 $$");
                    assertThat(scope.await(waitProcess(killed)))
                            .isEqualTo(new WaitProcess.Exit(true, 9));

                    var ends = scope.await(pipe());
                    var reading = waiting(scope, ends);
                    int waiting = Child.spawn("read line; exit 3");
                    var exit = scope.start(waitProcess(waiting));
                    scope.await(nop());
                    exit.cancel("not worth waiting for");
                    assertThat(Said.of(exit.outcome())).isIn("cancelled", "completed");
                    reading.cancel("done");
                    if (!exit.outcome().isCompleted()) {
                        Child.kill(waiting);
                        assertThat(scope.await(waitProcess(waiting)).status()).isIn(3, 9);
                    }
                });
    }

    @Test
    @Shows({FutexWait.class, FutexWake.class})
    void wakeShouldWakeAsManyAsItSays() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var word = scope.lease(64).first(4).put(0, new byte[] {5, 0, 0, 0});
                    assertFails(Errno.EAGAIN, scope.attempt(futexWait(word, 6)));
                    assertThat(scope.await(futexWake(word, 10))).as("nobody waits").isZero();
                    var waiters = new ArrayList<Pending<?>>();
                    for (int i = 0; i < 3; i++) {
                        waiters.add(scope.start(futexWait(word, 5)));
                    }
                    scope.await(nop());
                    assertThat(scope.await(futexWake(word, 2))).isEqualTo(2);
                    assertThat(scope.await(futexWake(word, 2))).isEqualTo(1);
                    for (var waiter : waiters) {
                        waiter.await();
                    }
                    var negative = word.put(0, new byte[] {-1, -1, -1, -1});
                    var waiter = scope.start(futexWait(negative, -1));
                    scope.await(nop());
                    waiter.cancel("enough");
                    assertThat(Said.of(waiter.outcome())).isEqualTo("cancelled");
                });
    }

    @Test
    @Tag("L5")
    void wordShouldBeWrittenWhileItIsWaitedForAndStayLeased() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var word = scope.lease(64).first(4).put(0, new byte[4]);
                    var waiter = scope.start(futexWait(word, 0));
                    scope.await(nop());
                    word.put(0, new byte[] {1, 0, 0, 0});
                    assertThat(word.get(0)).isEqualTo((byte) 1);
                    assertThatThrownBy(() -> scope.release(word))
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("futexWait");
                    assertThat(Said.of(scope.attempt(futexWait(word, 0)))).isEqualTo("EAGAIN");
                    assertThat(scope.await(futexWake(word, 1))).isEqualTo(1);
                    waiter.await();
                });
    }

    @Test
    @Tag("D2")
    void boundOfAWaitForAFutexShouldBeNamedWhenItPasses() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var word = scope.lease(64).first(4).put(0, new byte[4]);
                    var bounded = futexWait(word, 0).within(Duration.ofMillis(5));
                    assertThat(scope.attempt(bounded)).isInstanceOf(Outcome.TimedOut.class);
                });
    }

    @Test
    @Tag("D2")
    @NotOn(
            value = {DriverOfTests.PORTABLE, DriverOfTests.SIM},
            why = "waits for a process of the kernel's")
    void boundOfAWaitForAProcessShouldBeNamedWhenItPasses() throws Exception {
        int pid = Child.spawn("read line < /dev/zero");
        try {
            Scope.run(
                    proactor(),
                    scope -> {
                        var bounded = waitProcess(pid).within(Duration.ofMillis(5));
                        assertThat(scope.attempt(bounded)).isInstanceOf(Outcome.TimedOut.class);
                        Child.kill(pid);
                        assertThat(scope.await(waitProcess(pid)).code()).isEqualTo(128 + 9);
                    });
        } finally {
            Child.kill(pid);
        }
    }

    private static Pending<Integer> waiting(Scope scope, Pipe.Ends ends) throws IOException {
        var reading = scope.start(new Read(ends.reading(), scope.lease(8), -1));
        scope.await(nop());
        assertThat(reading.isDone()).as("the read is in flight").isFalse();
        return reading;
    }
}
