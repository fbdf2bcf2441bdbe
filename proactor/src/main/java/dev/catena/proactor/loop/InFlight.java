package dev.catena.proactor.loop;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The table of entries that the kernel has not finished: from tokens to submissions.
///
/// A token is a slot number and the slot's generation, which changes whenever the slot is given back. A completion whose
/// generation is not the slot's belongs to something that has ended: it is counted by the loop and goes nowhere.
///
/// Loop thread only.
final class InFlight {
    private static final int FIRST_SIZE = 1024;

    private @Nullable Submission[] owners = new @Nullable Submission[FIRST_SIZE];
    private int[] entries = new int[FIRST_SIZE];
    private int[] generations = new int[FIRST_SIZE];
    private long[] sinceNanos = new long[FIRST_SIZE];

    // what recordings are to be told of entries; null until one wants that
    private @Nullable OperationEvent @Nullable [] events;
    private int[] free = new int[FIRST_SIZE];
    private int freeCount;
    private int slots;

    /// The entries in flight.
    int size() {
        return slots - freeCount;
    }

    /// Takes a slot for an entry and gives its token, which is never 0.
    ///
    /// @param nowNanos from when its age counts
    long register(Submission submission, int entry, long nowNanos) {
        int slot;
        if (freeCount > 0) {
            slot = free[--freeCount];
        } else {
            if (slots == owners.length) {
                grow();
            }
            slot = slots++;
            generations[slot] = 1;
        }
        owners[slot] = submission;
        entries[slot] = entry;
        sinceNanos[slot] = nowNanos;
        return (long) generations[slot] << 32 | slot;
    }

    /// The submission of a token, or null if the token is stale.
    @Nullable Submission find(long token) {
        int slot = (int) token;
        return slot >= 0 && slot < slots && generations[slot] == (int) (token >>> 32)
                ? owners[slot]
                : null;
    }

    /// The entry of a token that was found.
    int entry(long token) {
        return entries[(int) token];
    }

    /// Since when the kernel has the entry of a token that was found.
    long sinceNanos(long token) {
        return sinceNanos[(int) token];
    }

    /// Has recordings told of the entry of a token.
    void record(long token, OperationEvent event) {
        var all = events;
        if (all == null) {
            all = new @Nullable OperationEvent[owners.length];
            events = all;
        }
        all[(int) token] = event;
    }

    /// What recordings are to be told of the entry of a token, if anything.
    @Nullable OperationEvent event(long token) {
        var all = events;
        return all == null ? null : all[(int) token];
    }

    /// Gives the slot back: from here on the token is stale.
    void release(long token) {
        int slot = (int) token;
        owners[slot] = null;
        if (events != null) {
            events[slot] = null;
        }
        // the sign bit stays clear, so that no token looks like one of a driver's own
        generations[slot] = generations[slot] == Integer.MAX_VALUE ? 1 : generations[slot] + 1;
        free[freeCount++] = slot;
    }

    private void grow() {
        int size = Math.multiplyExact(owners.length, 2);
        owners = Arrays.copyOf(owners, size);
        entries = Arrays.copyOf(entries, size);
        generations = Arrays.copyOf(generations, size);
        sinceNanos = Arrays.copyOf(sinceNanos, size);
        free = Arrays.copyOf(free, size);
        if (events != null) {
            events = Arrays.copyOf(events, size);
        }
    }
}
