package dev.catena.proactor.sim;

import dev.catena.ops.Errno;
import dev.catena.ops.Op;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Rules that make a simulated kernel misbehave in a certain place: `sim.faults().onNth(Read.class, 3).fail(EIO)`.
///
/// A rule looks at each operation when the kernel starts it, whoever submitted it. Where several apply, all do. They may
/// be added from any thread, best before the program runs.
public final class Faults {

    /// A rule without its consequence.
    ///
    /// @param <O> the kind of operation
    public final class When<O extends Op<?>> {
        private final Class<O> kind;
        private final Predicate<? super O> condition;
        private final int nth;

        private When(Class<O> kind, Predicate<? super O> condition, int nth) {
            this.kind = kind;
            this.condition = condition;
            this.nth = nth;
        }

        /// It fails with this error and does nothing. A close fails, and closes all the same, as on Linux.
        public Faults fail(Errno errno) {
            return then("fails with " + errno, treatment -> treatment.fail(errno));
        }

        /// It moves at most so many bytes, where it moves bytes.
        ///
        /// @param bytes 1 or more
        public Faults most(int bytes) {
            if (bytes < 1) {
                throw new IllegalArgumentException("at least one byte must be moved: " + bytes);
            }
            return then("moves at most " + bytes + " bytes", treatment -> treatment.most(bytes));
        }

        /// It takes so long before it does anything. Meanwhile it can be cancelled, unless it is the work of a disk.
        public Faults delay(Duration duration) {
            return then("takes " + duration, treatment -> treatment.delay(duration.toNanos()));
        }

        /// It never ends, unless it is cancelled.
        public Faults hang() {
            return then("hangs", Treatment::hang);
        }

        /// Cancels do not end it (`EALREADY`).
        public Faults ignoreCancel() {
            return then("ignores cancels", Treatment::ignoreCancel);
        }

        /// The peer of its socket resets the connection just before it is tried.
        public Faults reset() {
            return then("finds its connection reset", Treatment::reset);
        }

        private Faults then(String what, UnaryOperator<Treatment> change) {
            try (var _ = machine.lock.hold()) {
                rules.add(new Rule<>(this, what, change));
            }
            return Faults.this;
        }
    }

    private static final class Rule<O extends Op<?>> {
        private final When<O> when;
        private final String what;
        private final UnaryOperator<Treatment> change;
        private int seen;

        Rule(When<O> when, String what, UnaryOperator<Treatment> change) {
            this.when = when;
            this.what = what;
            this.change = change;
        }

        boolean applies(Op<?> op) {
            return when.kind.isInstance(op)
                    && when.condition.test(when.kind.cast(op))
                    && (++seen == when.nth || when.nth == 0);
        }
    }

    private final Machine machine;
    private final List<Rule<?>> rules = new ArrayList<>();
    private int refusals;
    private @Nullable Errno refusal;
    private int overflows;

    Faults(Machine machine) {
        this.machine = machine;
    }

    /// Every operation of a kind.
    public <O extends Op<?>> When<O> on(Class<O> operation) {
        return new When<>(operation, _ -> true, 0);
    }

    /// Every operation of a kind for which a condition holds.
    public <O extends Op<?>> When<O> on(Class<O> operation, Predicate<? super O> condition) {
        return new When<>(operation, condition, 0);
    }

    /// One operation of a kind, counted from 1, from when the rule is made.
    public <O extends Op<?>> When<O> onNth(Class<O> operation, int number) {
        if (number < 1) {
            throw new IllegalArgumentException("operations are counted from 1: " + number);
        }
        return new When<>(operation, _ -> true, number);
    }

    /// The kernel takes nothing the next times that something is submitted.
    ///
    /// @param times how often
    /// @param why for the trail: `EAGAIN`, `EBUSY` or `EINTR`
    public Faults refuseSubmissions(int times, Errno why) {
        try (var _ = machine.lock.hold()) {
            refusals = times;
            refusal = why;
        }
        return this;
    }

    /// The next completions find the completion queue full: the last ones of operations are kept aside and come later, a
    /// multishot operation ends with its next one.
    ///
    /// @param completions how many
    public Faults overflow(int completions) {
        try (var _ = machine.lock.hold()) {
            overflows = completions;
        }
        return this;
    }

    /// Forgets all rules.
    public Faults clear() {
        try (var _ = machine.lock.hold()) {
            rules.clear();
            refusals = 0;
            overflows = 0;
        }
        return this;
    }

    /// What the rules do to an operation that starts.
    Treatment treatment(Request request) {
        var treatment = Treatment.NONE;
        for (var rule : rules) {
            if (rule.applies(request.op)) {
                treatment = rule.change.apply(treatment);
                machine.note(Trail.Kind.FAULT, request.op, 0, request + " " + rule.what);
            }
        }
        return treatment;
    }

    /// Why the kernel takes nothing now, or null.
    @Nullable Errno refusesSubmission() {
        return refusals > 0 && refusals-- > 0 ? refusal : null;
    }

    boolean overflowsNow() {
        return overflows > 0 && overflows-- > 0;
    }
}
