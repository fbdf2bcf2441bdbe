package dev.catena.scope;

import dev.catena.ops.Deadline;
import dev.catena.ops.InvalidValueException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What a scope is opened with. A value; start from [#DEFAULT].
///
/// @param name what messages call it
/// @param timeout its deadline, counted from when it opens, or null
/// @param deadline its deadline as an instant, or never
/// @param shielded whether the cancellation and deadline of the scopes around it do not reach it
/// @param joining what the end of one task means for it
/// @param cleanup how long all its finalizers together may take
public record ScopeOptions(
        String name,
        @Nullable Duration timeout,
        Deadline deadline,
        boolean shielded,
        Joining joining,
        Duration cleanup) {
    /// No deadline, no shield, fail-fast, 5 seconds for finalizers.
    public static final ScopeOptions DEFAULT =
            new ScopeOptions(
                    "scope", null, Deadline.NEVER, false, Joining.FAIL_FAST, Duration.ofSeconds(5));

    /// Checks that the durations are not negative.
    public ScopeOptions {
        if (timeout != null && timeout.isNegative()) {
            throw new InvalidValueException("a timeout cannot be negative: " + timeout);
        }
        if (cleanup.isNegative()) {
            throw new InvalidValueException(
                    "the time for finalizers cannot be negative: " + cleanup);
        }
    }

    /// The default with a name.
    public static ScopeOptions of(String name) {
        return DEFAULT.named(name);
    }

    /// The same with a name.
    public ScopeOptions named(String newName) {
        return new ScopeOptions(newName, timeout, deadline, shielded, joining, cleanup);
    }

    /// The same with a deadline that many after the scope opens; 0 has passed when it does.
    public ScopeOptions within(Duration newTimeout) {
        return new ScopeOptions(name, newTimeout, deadline, shielded, joining, cleanup);
    }

    /// The same with a deadline.
    public ScopeOptions by(Deadline newDeadline) {
        return new ScopeOptions(name, timeout, newDeadline, shielded, joining, cleanup);
    }

    /// The same, out of reach of the scopes around it: for clean-up that must be done.
    public ScopeOptions shield() {
        return new ScopeOptions(name, timeout, deadline, true, joining, cleanup);
    }

    /// The same with another policy for the end of tasks.
    public ScopeOptions joining(Joining policy) {
        return new ScopeOptions(name, timeout, deadline, shielded, policy, cleanup);
    }

    /// The same with another time for all finalizers together.
    public ScopeOptions cleanup(Duration limit) {
        return new ScopeOptions(name, timeout, deadline, shielded, joining, limit);
    }

    /// The deadline of a scope that opens at `nowNanos`.
    Deadline deadlineAt(long nowNanos) {
        return timeout == null ? deadline : deadline.earliest(Deadline.after(nowNanos, timeout));
    }
}
