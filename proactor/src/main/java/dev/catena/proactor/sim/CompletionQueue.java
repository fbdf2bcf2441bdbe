package dev.catena.proactor.sim;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// A ring's completions that its program has not taken. What does not fit is kept aside until there is room, as
/// `IORING_FEAT_NODROP` promises. Guarded by the kernel's lock.
final class CompletionQueue {
    record Completion(long token, int result, int flags) {}

    private final int capacity;
    private final ArrayDeque<Completion> queue = new ArrayDeque<>();
    private final ArrayDeque<Completion> aside = new ArrayDeque<>();
    private long overflows;

    CompletionQueue(int capacity) {
        this.capacity = capacity;
    }

    boolean isEmpty() {
        return queue.isEmpty() && aside.isEmpty();
    }

    boolean hasRoom() {
        return queue.size() < capacity && aside.isEmpty();
    }

    void post(Completion completion, boolean overflows) {
        (overflows || !hasRoom() ? aside : queue).add(completion);
    }

    /// Takes all, those kept aside last.
    List<Completion> take() {
        var all = new ArrayList<Completion>(queue.size() + aside.size());
        all.addAll(queue);
        if (!aside.isEmpty()) {
            overflows++;
            all.addAll(aside);
        }
        queue.clear();
        aside.clear();
        return all;
    }

    /// How often completions had been kept aside when they were taken.
    long overflows() {
        return overflows;
    }
}
