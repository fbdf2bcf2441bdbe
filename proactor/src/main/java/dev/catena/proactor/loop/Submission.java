package dev.catena.proactor.loop;

import dev.catena.ops.Op;
import org.jspecify.annotations.Nullable;

/// One passage of an operation or chain through the kernel. Everything here belongs to the loop's thread.
///
/// It is *terminal* when the final completion of each of its entries has come: of a multishot the one without
/// `F_MORE`, of a zero-copy send the notification, of a bounded operation also the one of its link timeout. Until then
/// the kernel may use everything that belongs to it.
public abstract class Submission {
    /// Where a submission is on its way.
    enum Phase {
        /// The loop has not seen it.
        NEW,
        /// It waits for room in the submission queue; the kernel has seen nothing.
        WAITING,
        /// Its entries are in the submission queue or beyond: it is the kernel's.
        PUBLISHED,
        /// The kernel has finished with it, or never got it.
        TERMINAL
    }

    Phase phase = Phase.NEW;
    int remaining;
    boolean cancelRequested;
    boolean published;

    // when bounds of the whole began to count; 0 means when it is published
    long startNanos;

    // the timer that repeats its cancel, if that did not find it
    @Nullable LoopTimer cancelAgain;

    // whether some entries post no completion when they succeed
    boolean hasSilent;

    // the tokens of the entries; the array only for a chain, with 0 where the entry has ended
    long token;
    long @Nullable [] tokens;

    /// For the loop and its friends.
    protected Submission() {}

    /// How many entries it has.
    protected abstract int entries();

    /// The operation of an entry.
    protected abstract Op<?> op(int entry);

    /// The flags of an entry.
    protected abstract int flags(int entry);

    /// A completion of an entry. Descriptors in it are to be taken over here, before anyone else can see them.
    ///
    /// @param isFinal whether it is the last of this entry
    protected abstract void completed(int entry, int result, int flags, boolean isFinal);

    /// Whether a completion that has come broke the chain: what is behind it does not run.
    protected boolean broke(int entry) {
        return false;
    }

    /// What it belongs to; null for what the loop does for itself.
    protected @Nullable Resident home() {
        return null;
    }

    /// The result of an entry that succeeded without saying so.
    protected int silentResult(int entry) {
        return 0;
    }

    /// The name of the operation as the kernel knows it; of a chain, of its first link that has not ended.
    public final long firstToken() {
        for (int entry = 0; entry < entries(); entry++) {
            if (token(entry) != 0) {
                return token(entry);
            }
        }
        return 0;
    }

    /// The last thing that is called: the kernel has finished, or was never told (then no entry was completed).
    protected abstract void terminal();

    /// Whether the kernel may still use what belongs to it.
    public final boolean isInFlight() {
        return phase == Phase.PUBLISHED;
    }

    /// Whether the kernel ever got it.
    public final boolean wasPublished() {
        return published;
    }

    /// Whether it has ended.
    public final boolean isTerminal() {
        return phase == Phase.TERMINAL;
    }

    /// Whether a cancel was asked for while it was on its way.
    public final boolean isCancelRequested() {
        return cancelRequested;
    }

    /// Where it is on its way, for people: in the kernel, say, or draining.
    ///
    /// @param since for how long the kernel has had it, in words
    public final String whereabouts(String since) {
        int ended = entries() - remaining;
        var progress = ended == 0 ? "" : ", " + ended + " of " + entries() + " entries ended";
        return switch (phase) {
            case NEW -> "draining: waits for what is in flight on the descriptor that it closes";
            case WAITING -> "waits for room in the submission queue";
            case PUBLISHED ->
                    cancelRequested
                            ? "cancel requested, in the kernel"
                                    + since
                                    + (ended == 0 ? "" : ", draining")
                                    + progress
                            : "in the kernel" + since + progress;
            case TERMINAL -> "ended";
        };
    }

    /// Makes the bounds of the whole chain count from an instant in the past, since this is a part of something that began then.
    public final void countFrom(long beganNanos) {
        startNanos = beganNanos;
    }

    /// Makes a submission that has ended new. Its token will be another, so that nothing that is still said of the old one is taken
    /// to be about this.
    protected void reset() {
        phase = Phase.NEW;
        remaining = 0;
        cancelRequested = false;
        published = false;
        startNanos = 0;
        cancelAgain = null; // disarmed at the end
        hasSilent = false;
        token = 0;
        tokens = null;
    }

    final long token(int entry) {
        var all = tokens;
        return all == null ? token : all[entry];
    }

    final void token(int entry, long value) {
        var all = tokens;
        if (all == null) {
            token = value;
        } else {
            all[entry] = value;
        }
    }
}
