package dev.catena.spec.lifetimes;

import static dev.catena.ops.Ops.close;
import static dev.catena.ops.Ops.link;
import static dev.catena.ops.Ops.linkAll;
import static dev.catena.ops.Ops.nop;
import static dev.catena.ops.Ops.recv;
import static dev.catena.ops.Ops.send;
import static dev.catena.ops.Ops.sendMsg;
import static dev.catena.ops.Ops.splice;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catena.ops.InvalidValueException;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import dev.catena.spec.DriverOfTests;
import dev.catena.spec.NotOn;
import dev.catena.spec.Pair;
import dev.catena.spec.RingUnderTest;
import dev.catena.spec.Said;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Descriptors are closed once, when nothing is in flight on them, and no later than their scope ends.
@Timeout(60)
class UringClosingDescriptorsTest {

    @Test
    @Tag("X5")
    void chainThatIsCancelledWhileItsDescriptorDrainsShouldNotBePublished() throws Exception {
        try (var ring = RingUnderTest.open()) {
            Scope.run(
                    ring.proactor(),
                    outer -> {
                        var scope = outer.child(ScopeOptions.of("inner"));
                        var pair = Pair.open(scope);
                        scope.start(recv(pair.near(), scope.lease(8)));
                        var chain =
                                scope.start(
                                        link(
                                                recv(pair.near(), scope.lease(8)),
                                                close(pair.near())));
                        long published = ring.metrics().published();
                        scope.cancel("enough");
                        scope.close();
                        assertThat(chain.outcome().toString()).contains("reason=enough");
                        assertThat(ring.metrics().published())
                                .as("the scope's two closes, and cancels of the first receive")
                                .isLessThanOrEqualTo(published + 4);
                        assertThat(pair.near().isOpen()).isFalse();
                    });
        }
    }

    /// While one descriptor of a chain is drained so that the chain can close it, another that it uses stays open.
    @Test
    @Tag("X5")
    void descriptorOfAChainThatWaitsToCloseAnotherShouldNotBeClosedMeanwhile() throws Exception {
        var driver = new AtomicReference<Refusing>();
        try (var ring = Refusing.ring(driver)) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var used = Pair.open(scope);
                        var closed = Pair.open(scope);
                        scope.start(recv(closed.near(), scope.lease(8)));
                        scope.await(nop());
                        driver.get().takes(false); // so that its drain does not end
                        var chain =
                                scope.start(
                                        link(
                                                send(used.near(), scope.lease(8)),
                                                close(closed.near())));
                        var close = scope.start(close(used.near()));
                        assertThat(used.near().isOpen()).as("takes no more").isFalse();
                        assertThat(close.isDone()).isFalse();
                        driver.get().takes(true);
                        assertThat(Said.of(chain.outcome())).isIn("completed", "cancelled");
                        assertThat(Said.of(close.outcome())).isEqualTo("completed");
                        assertThat(chain.isDone()).as("the close waited for the chain").isTrue();
                    });
        }
    }

    @Test
    @Tag("X5")
    void closeThatIsCancelledBeforeItIsPublishedShouldLeaveTheDescriptorOpen() throws Exception {
        var driver = new AtomicReference<Refusing>();
        try (var ring = Refusing.ring(driver)) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var pair = Pair.open(scope);
                        driver.get().takes(false);
                        var nops = scope.start(linkAll(Collections.nCopies(256, nop())));
                        var close = scope.start(close(pair.near()));
                        close.cancel("it is wanted after all");
                        assertThat(Said.of(close.outcome())).isEqualTo("cancelled");
                        assertThat(pair.near().isOpen()).isTrue();
                        driver.get().takes(true);
                        nops.await();
                    });
        }
    }

    @Test
    @Tag("X5")
    void chainShouldNotUseADescriptorThatALinkBeforeItHasClosed() throws Exception {
        try (var ring = RingUnderTest.open()) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var pair = Pair.open(scope);
                        var near = pair.near();
                        var buffer = scope.lease(8);
                        scope.start(recv(near, buffer)).cancel("only to be in flight");
                        assertThatThrownBy(() -> linkAll(List.of(close(near), close(near))))
                                .isInstanceOf(InvalidValueException.class)
                                .hasMessageContaining("is closed by a link before it");
                        assertThatThrownBy(() -> link(close(near), recv(near, buffer)))
                                .isInstanceOf(InvalidValueException.class);
                        assertThatThrownBy(
                                        () -> link(close(near), nop(), splice(pair.far(), near, 1)))
                                .isInstanceOf(InvalidValueException.class);
                        assertThatThrownBy(
                                        () ->
                                                link(
                                                        close(near),
                                                        sendMsg(pair.far(), buffer)
                                                                .with(List.of(near))))
                                .isInstanceOf(InvalidValueException.class);
                    });
        }
    }

    @Test
    @Tag("X5")
    @NotOn(
            value = DriverOfTests.PORTABLE,
            why = "each driver has a table of its own there, so that another sentence refuses it")
    @NotOn(value = DriverOfTests.SIM, why = "each proactor has a simulated kernel of its own here")
    void descriptorShouldBeUsedOnlyOnItsOwnLoop() throws Exception {
        try (var ring = RingUnderTest.open();
                var other = RingUnderTest.open();
                var there = Scope.open(other.proactor())) {
            Scope.run(
                    ring.proactor(),
                    scope -> {
                        var near = Pair.open(scope).near();
                        assertThatThrownBy(() -> there.adopt(near))
                                .isInstanceOf(IllegalStateException.class)
                                .hasMessageContaining("another proactor");
                        assertThatThrownBy(() -> there.start(recv(near, there.lease(8))))
                                .isInstanceOf(IllegalStateException.class)
                                .hasMessageContaining("another proactor");
                        assertThat(other.metrics().published()).isZero();
                    });
        }
    }
}
