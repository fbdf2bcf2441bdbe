package dev.catena.spec.lifetimes;

import static dev.catena.ops.Ops.accept;
import static dev.catena.ops.Ops.nop;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catena.ops.Fd;
import dev.catena.ops.OperationCancelledException;
import dev.catena.scope.Pending;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import dev.catena.spec.DriverOfTests;
import dev.catena.spec.NotOn;
import dev.catena.spec.Pair;
import dev.catena.spec.Said;
import dev.catena.spec.Scheduling;
import dev.catena.spec.UringSpec;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Field;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A scope that lives long uses constant memory however many children come and go.
@Tag("S7")
@Timeout(180)
@NotOn(value = DriverOfTests.SIM, why = "it keeps a trail of all that has happened")
class UringConstantMemoryTest extends UringSpec {
    private static final int CHILDREN = 1_000_000;

    // where each call is handed over to the loop and waited for
    private static final int HANDED_OVER = 20_000;
    private static final long BOUND = 4L << 20;

    @Test
    @NotOn(value = DriverOfTests.SIM, why = "it keeps a trail of all that has happened")
    void parentShouldUseConstantMemoryWithAMillionChildScopes() throws Exception {
        Scope.run(
                proactor(),
                parent -> {
                    var options = ScopeOptions.of("short");
                    children(parent, options, 20_000); // what is made once
                    int held = held(parent);
                    long before = used();
                    children(parent, options, Scheduling.isTheLoops() ? CHILDREN : HANDED_OVER);
                    assertThat(used() - before).as("bytes more in use").isLessThan(BOUND);
                    assertThat(held(parent)).as("elements in its collections").isEqualTo(held);
                    assertThat(ring().metrics().scopes()).isEqualTo(1);
                    assertThat(ring().metrics().leases()).isZero();
                    assertThat(ring().metrics().timers()).isZero();
                });
    }

    private static void children(Scope parent, ScopeOptions options, int count)
            throws java.io.IOException {
        for (int i = 0; i < count; i++) {
            parent.child(
                    options,
                    child -> {
                        child.lease(64);
                        return child.await(nop());
                    });
        }
    }

    @Test
    @NotOn(value = DriverOfTests.SIM, why = "it keeps a trail of all that has happened")
    void parentShouldUseConstantMemoryWithManyTasksAndPipelines() throws Exception {
        Scope.run(
                proactor(),
                parent -> {
                    work(parent, 5_000);
                    int held = held(parent);
                    long before = used();
                    work(parent, 100_000);
                    assertThat(used() - before).as("bytes more in use").isLessThan(BOUND);
                    assertThat(held(parent)).as("elements in its collections").isEqualTo(held);
                });
    }

    private static void work(Scope parent, int count) throws java.io.IOException {
        for (int i = 0; i < count; i++) {
            parent.start(nop()); // that nobody awaits
            parent.start(nop().then(_ -> nop())).await();
            parent.fork(() -> parent.await(nop())).await();
        }
        parent.join();
    }

    @Test
    @Tag("S2")
    void failuresThatNobodyAsksForShouldBeCountedAndFewOfThemKept() {
        assertThatThrownBy(
                        () ->
                                Scope.run(
                                        proactor(),
                                        parent -> {
                                            var near = Pair.open(parent).near();
                                            failing(parent, near, 1_000);
                                            int held = held(parent);
                                            failing(parent, near, 10_000);
                                            assertThat(held(parent))
                                                    .as("elements in its collections")
                                                    .isEqualTo(held);
                                        }))
                .hasMessageContaining("EINVAL")
                .satisfies(
                        thrown ->
                                assertThat(thrown.getSuppressed())
                                        .hasSize(64)
                                        .extracting(Throwable::getMessage)
                                        .contains(
                                                "10936 more failures in the scope were not kept"));
    }

    private static void failing(Scope parent, Fd notListening, int count)
            throws java.io.IOException {
        for (int i = 0; i < count; i++) {
            parent.start(accept(notListening));
        }
        while (parent.proactor().metrics().inFlight() > 0) {
            parent.await(nop());
        }
    }

    @Test
    @Tag("S2")
    void failuresThatAreAskedForLateShouldNotBeTheScopesHoweverMany() throws Exception {
        Scope.run(
                proactor(),
                parent -> {
                    var near = Pair.open(parent).near();
                    var started = new ArrayList<Pending<?>>();
                    for (int i = 0; i < 1_000; i++) {
                        started.add(parent.start(accept(near)));
                    }
                    while (parent.proactor().metrics().inFlight() > 0) {
                        parent.await(nop());
                    }
                    for (var one : started) {
                        assertThat(Said.of(one.outcome())).isEqualTo("EINVAL");
                    }
                });
    }

    @Test
    @Tag("S2")
    void failuresThatWereNotKeptShouldBeSaidWhenThoseKeptHaveBeenSeen() {
        assertThatThrownBy(
                        () ->
                                Scope.run(
                                        proactor(),
                                        parent -> {
                                            var near = Pair.open(parent).near();
                                            var started = new ArrayList<Pending<?>>();
                                            for (int i = 0; i < 100; i++) {
                                                started.add(parent.start(accept(near)));
                                            }
                                            while (parent.proactor().metrics().inFlight() > 0) {
                                                parent.await(nop());
                                            }
                                            for (var one : started.subList(0, 70)) {
                                                one.outcome();
                                            }
                                        }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("30 failures in the scope were not kept")
                .hasNoSuppressedExceptions();
    }

    @Test
    void whatACancelledScopeRefusesShouldNotBeKept() {
        assertThatThrownBy(
                        () ->
                                Scope.run(
                                        proactor(),
                                        parent -> {
                                            parent.cancel("enough");
                                            for (int i = 0; i < 1_000; i++) {
                                                parent.start(nop());
                                            }
                                            assertThat(held(parent)).isLessThan(10);
                                        }))
                .isInstanceOf(OperationCancelledException.class)
                .hasMessageContaining("enough");
    }

    private static long used() {
        var memory = ManagementFactory.getMemoryMXBean();
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return memory.getHeapMemoryUsage().getUsed();
    }

    /// How many elements are in the collections that a scope reaches through the library's own fields.
    private static int held(Scope scope) {
        int held = 0;
        Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        var left = new ArrayDeque<Object>();
        left.add(scope);
        while (!left.isEmpty()) {
            var object = left.remove();
            if (object instanceof Collection<?> collection) {
                held += collection.size();
            } else if (object instanceof Map<?, ?> map) {
                held += map.size();
            } else if (object.getClass().getPackageName().equals("dev.catena.scope")
                    && seen.add(object)) {
                for (var field : object.getClass().getDeclaredFields()) {
                    var value = value(field, object);
                    if (value != null) {
                        left.add(value);
                    }
                }
            }
        }
        return held;
    }

    private static Object value(Field field, Object object) {
        try {
            field.setAccessible(true);
            return field.get(object);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }
}
