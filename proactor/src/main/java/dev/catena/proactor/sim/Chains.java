package dev.catena.proactor.sim;

import static dev.catena.proactor.sim.Description.no;

import dev.catena.ops.Errno;
import dev.catena.ops.LinkTimeout;
import dev.catena.ops.PollEach;
import dev.catena.ops.Sqe;
import dev.catena.proactor.sim.SimulatedDriver.Pushed;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/// How entries are tied together (`io_uring_linked_requests(7)`) and to those before them (`IOSQE_IO_DRAIN`).
///
/// A chain ends at the first entry without a link flag, or where the submission ends. If one of its members is not valid,
/// all of it fails, hard links or not. A member that fails takes all behind it along, unless its own link is hard.
///
/// Guarded by the kernel's lock.
final class Chains {

    /// A chain that waits for what was submitted before it.
    private record Deferred(Request head, int members, boolean drains) {}

    private final Machine machine;
    private final SimulatedDriver ring;
    private final Execution execution;
    private final ArrayDeque<Deferred> deferred = new ArrayDeque<>();
    private int deferredMembers;
    private boolean draining;
    private boolean hasSkipped;

    Chains(Machine machine, SimulatedDriver ring, Execution execution) {
        this.machine = machine;
        this.ring = ring;
        this.execution = execution;
    }

    /// Where the first chain ends, of entries that are not taken all.
    static int firstEnd(List<Pushed> pushed) {
        int end = 0;
        while (end < pushed.size()
                && (pushed.get(end++).flags() & (Sqe.LINK | Sqe.HARDLINK)) != 0) {}
        return end;
    }

    /// Takes entries that were submitted together.
    void submit(List<Request> requests) {
        var chain = new ArrayList<Request>();
        for (var request : requests) {
            request.refusal = refusal(request, chain.isEmpty() ? null : chain.getLast());
            chain.add(request);
            if (!request.isLinked()) {
                begin(List.copyOf(chain));
                chain.clear();
            }
        }
        if (!chain.isEmpty()) {
            begin(List.copyOf(chain));
        }
    }

    /// What is wrong with an entry, or 0.
    private int refusal(Request request, @Nullable Request before) {
        boolean skips = request.has(Sqe.SKIP_SUCCESS);
        hasSkipped |= skips;
        if (request.has(Sqe.DRAIN) && hasSkipped) {
            return no(Errno.EOPNOTSUPP);
        }
        if (request.op instanceof LinkTimeout
                && (before == null || before.op instanceof LinkTimeout)) {
            return no(Errno.EINVAL);
        }
        return request.op instanceof PollEach && skips ? no(Errno.EINVAL) : 0;
    }

    private void begin(List<Request> chain) {
        var head = chain.getFirst();
        Request last = null;
        for (var request : chain) {
            if (request.op instanceof LinkTimeout && last != null && request.refusal == 0) {
                last.bound = request;
                request.bounded = last;
            } else {
                if (last != null) {
                    last.next = request;
                }
                last = request;
            }
        }
        if (chain.stream().anyMatch(request -> request.refusal != 0)) {
            machine.soon(() -> refuse(head));
            return;
        }
        boolean drains = chain.stream().anyMatch(request -> request.has(Sqe.DRAIN));
        draining |= drains;
        if (!draining) {
            execution.issue(head);
            return;
        }
        deferred.add(new Deferred(head, chain.size(), drains));
        deferredMembers += chain.size();
        release();
        if (!drains && deferred.isEmpty()) {
            draining = false;
        }
    }

    private void refuse(Request head) {
        boolean quiet = head.has(Sqe.SKIP_SUCCESS);
        execution.fail(head, orCancelled(head.refusal));
        skipBound(head, quiet);
        skipFollowers(head, quiet);
        release();
    }

    private static int orCancelled(int refusal) {
        return refusal != 0 ? refusal : no(Errno.ECANCELED);
    }

    /// A member of a chain has posted its completion.
    void finished(Request request) {
        var next = request.next;
        if (request.breaksLink && !request.has(Sqe.HARDLINK)) {
            skipFollowers(request, request.has(Sqe.SKIP_SUCCESS));
        } else if (next != null) {
            execution.queue(next);
        }
        release();
    }

    /// Something that chains wait for may be over.
    void released() {
        release();
    }

    private void skipFollowers(Request request, boolean quiet) {
        for (var follower = request.next; follower != null; follower = follower.next) {
            execution.skip(follower, orCancelled(follower.refusal), quiet);
            skipBound(follower, quiet);
        }
    }

    private void skipBound(Request request, boolean quiet) {
        var bound = request.bound;
        if (bound != null) {
            request.bound = null;
            execution.skip(bound, no(Errno.ECANCELED), quiet);
        }
    }

    /// Starts what no longer has to wait: the first chain when nothing else is in flight, and those behind it up to the next
    /// that drains.
    private void release() {
        boolean first = true;
        boolean drains = false;
        while (!deferred.isEmpty()) {
            var chain = deferred.getFirst();
            drains |= chain.drains();
            if ((drains || first) && ring.live().size() != deferredMembers) {
                return;
            }
            deferred.remove();
            deferredMembers -= chain.members();
            execution.queue(chain.head());
            first = false;
        }
    }

    /// The flags of an entry for the trail, such as ` LINK`.
    static String flagNames(Request request) {
        var names = new StringJoiner("|", " ", "").setEmptyValue("");
        if (request.has(Sqe.DRAIN)) {
            names.add("DRAIN");
        }
        if (request.has(Sqe.LINK)) {
            names.add("LINK");
        }
        if (request.has(Sqe.HARDLINK)) {
            names.add("HARDLINK");
        }
        if (request.has(Sqe.SKIP_SUCCESS)) {
            names.add("SKIP_SUCCESS");
        }
        return names.toString();
    }
}
