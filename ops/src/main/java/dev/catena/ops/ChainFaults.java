package dev.catena.ops;

import io.vavr.collection.Vector;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is wrong with a chain: what the kernel would refuse, or take for something else than was meant. All faults at
/// once, each with its place.
final class ChainFaults {
    private ChainFaults() {}

    static Vector<String> of(List<? extends Step<?>> steps) {
        if (steps.isEmpty()) {
            return Vector.of("a chain needs at least one link");
        }
        Vector<String> faults = Vector.empty();
        for (int i = 0; i < steps.size(); i++) {
            var place = "link " + i + ", " + steps.get(i) + ": ";
            faults = faults.appendAll(ofLink(steps, i).map(fault -> place + fault));
        }
        return faults;
    }

    private static Vector<String> ofLink(List<? extends Step<?>> steps, int index) {
        var step = steps.get(index);
        boolean isLast = index + 1 == steps.size();
        Vector<String> faults = Vector.empty();
        if (isLinkTimeout(step)) {
            faults = faults.appendAll(ofLinkTimeout(steps, index));
        }
        if (step.op() instanceof SocketName && (steps.size() > 1 || step.bound() != null)) {
            faults =
                    faults.append(
                            "it is answered as it is submitted and cannot be a link, nor have a time bound");
        }
        if (step.op() instanceof Multishot && !isLast && !isLinkTimeout(steps.get(index + 1))) {
            faults =
                    faults.append(
                            "a multishot operation must be the last: what is behind it would wait until it ends, and"
                                    + " then be cancelled");
        }
        var closed = closedBefore(steps, index);
        if (closed != null) {
            faults =
                    faults.append(
                            closed
                                    + " is closed by a link before it: its number may belong to something else by then");
        }
        if (step.drains() && index > 0) {
            faults = faults.append("only the first link of a chain can drain the ring");
        }
        if (!step.op().failureBreaksLink() && step.tie() == Tie.SOFT && isFollowed(steps, index)) {
            faults =
                    faults.append(
                            "the kernel would start what is behind it although it failed: tie it hard() if that is"
                                    + " meant, else compose with then(...)");
        }
        if (step.silent()) {
            faults = faults.appendAll(ofSilent(steps, index));
        }
        return faults;
    }

    /// Whether another link waits for one: its link timeout is no link of its own.
    private static boolean isFollowed(List<? extends Step<?>> steps, int index) {
        int next = index + 1;
        return next + 1 < steps.size() || (next < steps.size() && !isLinkTimeout(steps.get(next)));
    }

    /// A descriptor of a link that a link before it closes. A slot can be filled and emptied again and again.
    private static @Nullable Fd closedBefore(List<? extends Step<?>> steps, int index) {
        var op = steps.get(index).op();
        for (var before : steps.subList(0, index)) {
            if (before.op() instanceof Close(var fd)
                    && !fd.isSlot()
                    && (fd.equals(op.fd()) || fd.equals(op.otherFd()) || handsOver(op, fd))) {
                return fd;
            }
        }
        return null;
    }

    private static boolean handsOver(Op<?> op, Fd fd) {
        return op instanceof SendMsg message && message.descriptors().contains(fd);
    }

    private static Vector<String> ofLinkTimeout(List<? extends Step<?>> steps, int index) {
        if (index == 0) {
            return Vector.of("a link timeout bounds the link before it, and there is none");
        }
        var before = steps.get(index - 1);
        return isLinkTimeout(before) || before.bound() != null
                ? Vector.of("the link before it is bounded already")
                : Vector.empty();
    }

    private static Vector<String> ofSilent(List<? extends Step<?>> steps, int index) {
        var step = steps.get(index);
        Vector<String> faults = Vector.empty();
        if (index + 1 == steps.size()) {
            faults =
                    faults.append(
                            "the last link cannot skip its completion: nothing would tell that the chain has ended");
        }
        if (step.tie() == Tie.HARD) {
            faults =
                    faults.append(
                            "a link that skips its completion must be tied softly to the next");
        }
        if (step.bound() != null
                || isLinkTimeout(step)
                || (index + 1 < steps.size() && isLinkTimeout(steps.get(index + 1)))) {
            faults = faults.append("a link with a time bound cannot skip its completion");
        }
        if (step.op() instanceof Multishot || Results.givesMoreThanANumber(step.op())) {
            faults = faults.append("it gives a result that only its completion carries");
        }
        if (!step.op().failureBreaksLink()) {
            faults =
                    faults.append(
                            "the kernel would not tell of its failure either, so it cannot skip its completion");
        }
        if (steps.subList(0, index).stream().anyMatch(before -> before.tie() == Tie.HARD)) {
            faults =
                    faults.append(
                            "a link that skips its completion cannot be behind one tied hard: whether it has started"
                                    + " could not be told");
        }
        if (steps.getFirst().drains()) {
            faults =
                    faults.append(
                            "the kernel does not let links of a chain that drains skip their completions");
        }
        return faults;
    }

    static boolean isLinkTimeout(Step<?> step) {
        return step.op() instanceof LinkTimeout;
    }
}
