package dev.catena.ops.spi;

import dev.catena.ops.Fd;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The state behind an [Fd]. Written by one loop only; [#isOpen] may be asked from any thread.
public final class Descriptor implements Fd {

    /// Whether it takes operations.
    public enum State {
        /// Takes operations.
        OPEN,
        /// Takes none; what is in flight is being drained.
        CLOSING,
        /// Its number may belong to something else.
        CLOSED
    }

    private final int number;
    private final Object table;
    private final boolean slot;
    private volatile State state = State.OPEN;

    // loop-owned
    private int inFlight;
    private @Nullable Runnable drained;
    private @Nullable Object owner;

    /// A descriptor that an operation made.
    ///
    /// @param number its number in `table`
    /// @param table the descriptor table that the number counts in, compared by identity
    public Descriptor(int number, Object table) {
        this(number, table, false);
    }

    private Descriptor(int number, Object table, boolean slot) {
        this.number = number;
        this.table = table;
        this.slot = slot;
    }

    /// A fixed file slot of a ring.
    public static Descriptor slot(int number, Object ring) {
        return new Descriptor(number, ring, true);
    }

    @Override
    public boolean isSlot() {
        return slot;
    }

    @Override
    public int number() {
        return number;
    }

    /// The descriptor table in which [#number] counts.
    public Object table() {
        return table;
    }

    @Override
    public boolean isOpen() {
        return state == State.OPEN;
    }

    /// The state (any thread).
    public State state() {
        return state;
    }

    /// The scope that closes it, if any (loop thread).
    public @Nullable Object owner() {
        return owner;
    }

    /// Gives it an owner, or takes it from one (loop thread).
    public void owner(@Nullable Object scope) {
        owner = scope;
    }

    /// Counts an operation in (loop thread).
    public void enter() {
        inFlight++;
    }

    /// Counts an operation out, and tells the closer that waits for the last one (loop thread).
    public void leave() {
        inFlight--;
        var waiting = drained;
        if (inFlight == 0 && waiting != null) {
            drained = null;
            waiting.run();
        }
    }

    /// The operations in flight on it (loop thread).
    public int inFlight() {
        return inFlight;
    }

    /// Takes no more operations, and runs `then` when none is in flight: at once if none is (loop thread).
    public void closing(Runnable then) {
        state = State.CLOSING;
        if (inFlight == 0) {
            then.run();
        } else {
            drained = then;
        }
    }

    /// The close did not happen after all (it was skipped or cancelled before it began).
    public void reopen() {
        state = State.OPEN;
    }

    /// The number is given back.
    public void closed() {
        state = State.CLOSED;
    }

    @Override
    public String toString() {
        var text = (slot ? "slot(" : "fd(") + number;
        return text
                + (state == State.OPEN ? ")" : ", " + state.name().toLowerCase(Locale.ROOT) + ")");
    }
}
