package dev.catena.spec.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catena.ops.Bound;
import dev.catena.ops.Chain;
import dev.catena.ops.Fsync;
import dev.catena.ops.InvalidValueException;
import dev.catena.ops.LinkTimeout;
import dev.catena.ops.Nop;
import dev.catena.ops.Op;
import dev.catena.ops.Ops;
import dev.catena.ops.PollEach;
import dev.catena.ops.PollEvent;
import dev.catena.ops.Prepared;
import dev.catena.ops.Recv;
import dev.catena.ops.SocketName;
import dev.catena.ops.Step;
import dev.catena.ops.Tie;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.statistics.Statistics;

/// One fault put into a valid chain: it is found, and the place named, whatever else the chain is made of.
class ChainFaultProperties {
    private static final Bound BOUND = new Bound.After(Duration.ofSeconds(1));

    /// A fault that a link can have.
    enum Fault {
        TIMEOUT_WITH_NOTHING_BEFORE("there is none"),
        TIMEOUT_BEHIND_A_BOUNDED_LINK("bounded already"),
        TIMEOUT_BEHIND_A_TIMEOUT("bounded already"),
        FOLLOWED_MULTISHOT("must be the last"),
        LATE_DRAIN("only the first link"),
        SILENT_LAST("the last link cannot skip"),
        SILENT_HARD("tied softly"),
        SILENT_BOUNDED("with a time bound"),
        SILENT_RESULT("only its completion carries"),
        SILENT_FAILURE("tell of its failure"),
        UNBROKEN_BY_FAILURE("although it failed"),
        SILENT_BEHIND_HARD("behind one tied hard"),
        SILENT_AND_DRAINED("chain that drains"),
        ANSWERED_AT_ONCE("cannot be a link");

        private final String words;

        Fault(String words) {
            this.words = words;
        }
    }

    /// A chain with a fault at a place.
    private record Faulty(List<Step<?>> steps, int place) {}

    @Provide
    Arbitrary<List<Step<?>>> chains() {
        return Values.chains();
    }

    @Provide
    Arbitrary<Fault> faults() {
        return Arbitraries.of(Fault.class);
    }

    @Property(tries = 500)
    @Tag("C3")
    void validChainShouldHaveNoFault(@ForAll("chains") List<Step<?>> steps) {
        assertThat(Chain.validate(steps).isValid()).isTrue();
    }

    @Property(tries = 5_000)
    @Tag("C3")
    void faultShouldBeFoundAndItsPlaceNamed(
            @ForAll("chains") List<Step<?>> steps,
            @ForAll("faults") Fault fault,
            @ForAll @IntRange(max = 7) int wish) {
        var faulty = with(fault, steps, wish % (steps.size() + 1));
        Statistics.label("fault").collect(fault);
        var found = Chain.validate(faulty.steps());
        assertThat(found.isInvalid()).isTrue();
        var place = "link " + faulty.place() + ", " + faulty.steps().get(faulty.place()) + ": ";
        assertThat(found.getError().toJavaList())
                .anySatisfy(text -> assertThat(text).startsWith(place).contains(fault.words));
        assertThatThrownBy(() -> Chain.ofAll(faulty.steps()))
                .isInstanceOfSatisfying(
                        InvalidValueException.class,
                        thrown ->
                                assertThat(thrown.faults().toJavaList())
                                        .isEqualTo(found.getError().toJavaList()));
    }

    @Property(tries = 1_000)
    @Tag("C3")
    void faultsOfSeveralLinksShouldAllBeFound(
            @ForAll("chains") List<Step<?>> steps, @ForAll @IntRange(min = 1, max = 5) int more) {
        var faulty = new ArrayList<Step<?>>(steps);
        for (int i = 0; i < more; i++) {
            faulty.add(new Nop().drained());
        }
        var faults = Chain.validate(faulty).getError();
        for (int i = steps.size(); i < faulty.size(); i++) {
            var place = "link " + i + ", ";
            assertThat(faults.exists(text -> text.startsWith(place))).as(place).isTrue();
        }
    }

    @Example
    @Tag("C3")
    void boundOnWhatIsAnsweredAtOnceShouldBeRefused() {
        Step<?> bounded =
                new SocketName(Values.anyFd(), SocketName.Side.PEER).within(Duration.ofSeconds(1));
        assertThat(Chain.validate(List.of(bounded)).getError().head())
                .contains("link 0")
                .contains("time bound");
    }

    /// Puts links before the place `at` that make a fault there.
    private static Faulty with(Fault fault, List<Step<?>> valid, int at) {
        Op<?> sync = new Fsync(Values.anyFd(), false);
        Op<?> receive = new Recv(Values.anyFd(), Values.anyBuffer(), true);
        var timeout = new LinkTimeout(BOUND);
        return switch (fault) {
            case TIMEOUT_WITH_NOTHING_BEFORE -> insert(valid, 0, 0, timeout);
            case TIMEOUT_BEHIND_A_BOUNDED_LINK ->
                    insert(valid, at, 1, Ops.nop().within(Duration.ZERO), timeout, new Nop());
            case TIMEOUT_BEHIND_A_TIMEOUT ->
                    insert(valid, at, 2, new Nop(), timeout, timeout, new Nop());
            case FOLLOWED_MULTISHOT ->
                    insert(
                            valid,
                            at,
                            0,
                            new PollEach(Values.anyFd(), Set.of(PollEvent.READABLE)),
                            new Nop());
            case LATE_DRAIN -> insert(valid, at, 1, new Nop(), new Nop().drained());
            case SILENT_LAST -> insert(valid, valid.size(), 0, new Nop().skipSuccess());
            case SILENT_HARD -> insert(valid, at, 0, silent(new Nop(), null, Tie.HARD), new Nop());
            case SILENT_BOUNDED ->
                    insert(valid, at, 0, silent(new Nop(), BOUND, Tie.SOFT), new Nop());
            case SILENT_RESULT -> insert(valid, at, 0, receive.skipSuccess(), new Nop());
            case SILENT_FAILURE -> insert(valid, at, 0, sync.skipSuccess(), new Nop());
            case UNBROKEN_BY_FAILURE -> insert(valid, at, 0, sync, new Nop());
            case SILENT_BEHIND_HARD ->
                    insert(valid, at, 1, new Nop().hard(), new Nop().skipSuccess(), new Nop());
            case SILENT_AND_DRAINED ->
                    insert(valid, 0, 1, new Nop().drained(), new Nop().skipSuccess(), new Nop());
            case ANSWERED_AT_ONCE ->
                    insert(
                            valid,
                            at,
                            0,
                            new SocketName(Values.anyFd(), SocketName.Side.LOCAL),
                            new Nop());
        };
    }

    private static Step<?> silent(
            Op<?> op, @org.jspecify.annotations.Nullable Bound bound, Tie tie) {
        return new Prepared<>(op, bound, tie, false, true);
    }

    private static Faulty insert(List<Step<?>> valid, int at, int offset, Step<?>... links) {
        var steps = new ArrayList<>(valid);
        steps.addAll(at, List.of(links));
        return new Faulty(steps, at + offset);
    }
}
