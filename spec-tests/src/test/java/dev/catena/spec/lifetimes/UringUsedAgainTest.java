package dev.catena.spec.lifetimes;

import static dev.catena.ops.Ops.acceptEach;
import static dev.catena.ops.Ops.cancelAll;
import static dev.catena.ops.Ops.close;
import static dev.catena.ops.Ops.connect;
import static dev.catena.ops.Ops.forEach;
import static dev.catena.ops.Ops.listen;
import static dev.catena.ops.Ops.localAddress;
import static dev.catena.ops.Ops.nop;
import static dev.catena.ops.Ops.recv;
import static dev.catena.ops.Ops.recvAll;
import static dev.catena.ops.Ops.recvEach;
import static dev.catena.ops.Ops.sendAll;
import static dev.catena.ops.Ops.timeout;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catena.ops.Buffer;
import dev.catena.ops.Fd;
import dev.catena.ops.Op;
import dev.catena.ops.Outcome;
import dev.catena.ops.Pipeline;
import dev.catena.proactor.loop.LoopTimer;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import dev.catena.spec.Pair;
import dev.catena.spec.RingUnderTest;
import dev.catena.spec.Said;
import dev.catena.spec.TamperedDriver;
import dev.catena.spec.UringSpec;
import java.io.IOException;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A scope uses the objects of operations that have ended again. Nothing of what one was may be seen in what it is next.
@Tag("L1")
@Timeout(60)
class UringUsedAgainTest extends UringSpec {
    private static final Duration LONG = Duration.ofMinutes(5);

    /// A kernel whose queue is full while it is told to be.
    private static final class Full extends TamperedDriver {
        private boolean full;

        @Override
        public int room() {
            return full ? 0 : super.room();
        }
    }

    /// A timer that would be seen to be left.
    private static final class Timer extends LoopTimer {
        @Override
        protected void expired() {
            throw new IllegalStateException("it was left armed");
        }
    }

    // ---------------------------------------------------------------- what is in it

    /// Every field, filled as only the most unlucky operation could, is empty afterwards: also one that is added some day.
    @Test
    void resetShouldEmptyEveryField() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var used = operation(scope);
                    var fresh = operation(scope);
                    fill(used, scope);
                    assertThat(contents(used)).isNotEqualTo(contents(fresh));
                    reset(used);
                    reset(fresh);
                    assertThat(contents(used)).isEqualTo(contents(fresh));
                    assertThat(contents(fresh)).containsEntry("Operation.single", null);
                });
    }

    @Test
    void operationThatWaitsToBeUsedAgainShouldHoldNothing() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var pair = Pair.open(scope);
                    var listener = scope.await(listen(Pair.ANY_PORT));
                    var address = scope.await(localAddress(listener));
                    check(scope, "an address");
                    leaveWaiting(scope, pair, "two");
                    cancelledReceive(scope, pair.near());
                    check(scope, "a receive that was served and cancelled");
                    var accepting = scope.fork(() -> Said.of(scope.attempt(acceptEach(listener))));
                    scope.await(nop());
                    scope.await(close(scope.await(connect(address))));
                    scope.await(cancelAll(listener));
                    assertThat(accepting.await()).isEqualTo("cancelled");
                    check(scope, "a multishot and a close");
                    scope.await(timeout(Duration.ofMillis(1)).ensuring(nop()));
                    check(scope, "a clean-up");
                    scope.attempt(
                            recv(pair.far(), scope.lease(1))
                                    .map(n -> n)
                                    .within(Duration.ofMillis(1)));
                    check(scope, "one that timed out");
                    scope.await(close(listener));
                    assertThat(Said.of(scope.attempt(acceptEach(listener)))).isEqualTo("EBADF");
                    check(scope, "one that was refused");
                });
    }

    private static void check(Scope scope, String last) {
        var admission = Objects.requireNonNull(value(field(scope.getClass(), "admission"), scope));
        var spare = value(field(admission.getClass(), "spares"), admission);
        assertThat(spare).as("after " + last).isNotNull();
        var fresh = operation(scope);
        reset(fresh);
        var expected = contents(fresh);
        var next = field(fresh.getClass(), "next");
        for (var at = spare; at != null; at = value(next, at)) {
            var found = contents(at);
            found.put("Operation.next", null);
            assertThat(found).as("after " + last).isEqualTo(expected);
        }
    }

    // ---------------------------------------------------------------- what is seen of it

    @Test
    @Tag("X4")
    void whatACancelledReceiveWasServedShouldNotBeServedTwice() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var pair = Pair.open(scope);
                    leaveWaiting(scope, pair, "two");
                    cancelledReceive(scope, pair.near());
                    var buffer = scope.lease(8);
                    // not one that is used again
                    assertThat(scope.start(recv(pair.near(), buffer)).await()).isEqualTo(3);
                    assertThat(text(buffer, 3)).isEqualTo("two");
                    var back = scope.lease(8);
                    // two that are used again, so that one of them is the one that was cancelled
                    var other = scope.fork(() -> scope.await(recv(pair.far(), back)));
                    send(scope, pair.far(), "next");
                    assertThat(scope.await(recv(pair.near(), buffer))).isEqualTo(4);
                    assertThat(text(buffer, 4)).isEqualTo("next");
                    send(scope, pair.near(), "answer");
                    assertThat(other.await()).isEqualTo(6);
                    assertThat(text(back, 6)).isEqualTo("answer");
                    scope.await(close(pair.far()));
                    assertThat(scope.await(recv(pair.near(), buffer))).isZero();
                });
    }

    /// Each has its own reason, and can be stopped although the one before was.
    @Test
    @Tag("D3")
    void reasonShouldNotBeTheOneBefores() throws Exception {
        Scope.run(
                proactor(),
                scope -> {
                    var pair = Pair.open(scope);
                    var seen = new ArrayList<Outcome<?>>();
                    Pipeline<Integer> work = bounded(scope, pair.near(), 1);
                    for (int millis = 2; millis <= 4; millis++) {
                        var again = bounded(scope, pair.near(), millis);
                        work =
                                work.recover(
                                        outcome -> {
                                            seen.add(outcome);
                                            return again;
                                        });
                    }
                    seen.add(scope.attempt(work));
                    assertThat(seen)
                            .extracting(UringUsedAgainTest::bound)
                            .containsExactly(
                                    "within(PT0.001S)",
                                    "within(PT0.002S)",
                                    "within(PT0.003S)",
                                    "within(PT0.004S)");
                });
    }

    private static Pipeline<Integer> bounded(Scope scope, Fd fd, int millis) {
        return recv(fd, scope.lease(1)).map(n -> n).within(Duration.ofMillis(millis));
    }

    private static String bound(Outcome<?> outcome) {
        return outcome instanceof Outcome.TimedOut<?>(_, var bound) ? bound : Said.of(outcome);
    }

    /// When what waits for room is stopped it ends at once, which may end others that are to be stopped, and begin a
    /// clean-up with their objects: that is not to be stopped.
    @Test
    @Tag("X1")
    @Tag("S6")
    void cleanUpShouldNotBeStoppedInPlaceOfWhatItsOperationWas() throws Exception {
        var driver = new AtomicReference<Full>();
        var cleaned = new AtomicInteger();
        try (var ring =
                RingUnderTest.over(
                        () -> {
                            driver.set(new Full());
                            return driver.get();
                        })) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        try (var inner = scope.child(ScopeOptions.of("inner"))) {
                            Pipeline<Integer> step = nop().map(_ -> cleaned.incrementAndGet());
                            driver.get().full = true;
                            var work =
                                    inner.start(
                                            three(nop().map(_ -> 0))
                                                    .ensuring(step.then(_ -> three(step))));
                            inner.cancel("enough");
                            driver.get().full = false;
                            assertThat(Said.of(work.outcome())).isEqualTo("cancelled");
                        }
                    });
        }
        assertThat(cleaned).as("steps of the clean-up").hasValue(4);
    }

    private static Pipeline<Integer> three(Pipeline<Integer> one) {
        return one.zip(one, Integer::sum).zip(one, Integer::sum);
    }

    // ---------------------------------------------------------------- making it so

    /// Lets bytes wait that a forEach had received and not worked on.
    private static void leaveWaiting(Scope scope, Pair pair, String text) throws IOException {
        var receiving =
                scope.start(
                        forEach(
                                recvEach(pair.near()),
                                buffer -> {
                                    scope.release(buffer);
                                    return timeout(LONG);
                                }));
        for (var part : List.of("one", text)) {
            scope.await(sendAll(pair.far(), scope.lease(part.length()).put(0, bytes(part))));
            for (int i = 0; i < 5; i++) {
                scope.await(nop());
            }
        }
        receiving.cancel("enough");
        assertThat(Said.of(receiving.outcome())).isEqualTo("cancelled");
    }

    /// A receive of more than there is, which is served what waits, and cancelled.
    private static void cancelledReceive(Scope scope, Fd near) throws IOException {
        var receiving = scope.fork(() -> Said.of(scope.attempt(recvAll(near, scope.lease(100)))));
        scope.await(nop());
        scope.await(cancelAll(near));
        assertThat(receiving.await()).isEqualTo("cancelled");
    }

    /// Not by an operation that is used again.
    private static void send(Scope scope, Fd to, String text) throws IOException {
        scope.start(sendAll(to, scope.lease(text.length()).put(0, bytes(text)))).await();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(US_ASCII);
    }

    private static String text(Buffer buffer, int size) {
        return new String(buffer.first(size).toArray(), US_ASCII);
    }

    // ---------------------------------------------------------------- looking into it

    private static Object operation(Scope scope) {
        return made("Operation", new Class<?>[] {scope.getClass(), Op.class}, scope, nop());
    }

    private static Object made(String name, Class<?>[] types, Object... arguments) {
        try {
            Constructor<?> constructor =
                    Class.forName("dev.catena.scope." + name).getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(arguments);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Object place() {
        try {
            var add = type("Bag").getDeclaredMethod("add", Object.class);
            add.setAccessible(true);
            return add.invoke(made("Bag", new Class<?>[0]), "something");
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void reset(Object operation) {
        try {
            var reset = operation.getClass().getDeclaredMethod("reset");
            reset.setAccessible(true);
            reset.invoke(operation);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void fill(Object object, Scope scope) throws IllegalAccessException {
        for (var field : fields(object.getClass())) {
            if (field.getType().getSimpleName().equals("Watchers")) {
                fill(field.get(object), scope);
            } else if (!Modifier.isFinal(field.getModifiers())) {
                field.set(object, something(field, scope));
            }
        }
    }

    private static Object something(Field field, Scope scope) {
        var type = field.getType();
        return switch (type.getSimpleName()) {
            case "int" -> 7;
            case "long" -> 7L;
            case "boolean" -> true;
            case "Object", "Thread" -> Thread.currentThread();
            case "Op" -> nop();
            case "ArrayList" -> new ArrayList<>(List.of("a watcher"));
            case "Consumer" -> (Consumer<Object>) _ -> {};
            case "Outcome" -> new Outcome.Completed<>(1);
            case "Operation" -> operation(scope);
            case "Served" ->
                    made(
                            "Served",
                            new Class<?>[] {type("Operation"), int.class},
                            operation(scope),
                            1);
            case "Place" -> place();
            case "LoopTimer" -> new Timer();
            case "Stop" -> made("Stop$Asked", new Class<?>[] {String.class}, "before");
            default -> {
                if (type.isArray()) {
                    yield Array.newInstance(type.getComponentType(), 1);
                }
                if (type.isEnum()) {
                    yield type.getEnumConstants()[type.getEnumConstants().length - 1];
                }
                throw new IllegalStateException("say what could be in " + field);
            }
        };
    }

    private static Class<?> type(String name) {
        try {
            return Class.forName("dev.catena.scope." + name);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The values of all fields by name, those of its watchers too.
    private static Map<String, @Nullable Object> contents(Object object) {
        var contents = new LinkedHashMap<String, @Nullable Object>();
        for (var field : fields(object.getClass())) {
            var value = value(field, object);
            if (value != null && field.getType().getSimpleName().equals("Watchers")) {
                contents.putAll(contents(value));
            } else {
                contents.put(
                        field.getDeclaringClass().getSimpleName() + "." + field.getName(), value);
            }
        }
        return contents;
    }

    private static List<Field> fields(Class<?> type) {
        var fields = new ArrayList<Field>();
        for (Class<?> at = type; at != Object.class; at = at.getSuperclass()) {
            for (var field : at.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers())) {
                    field.setAccessible(true);
                    fields.add(field);
                }
            }
        }
        return fields;
    }

    private static Field field(Class<?> type, String name) {
        return fields(type).stream()
                .filter(field -> field.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static @Nullable Object value(Field field, Object object) {
        try {
            return field.get(object);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }
}
