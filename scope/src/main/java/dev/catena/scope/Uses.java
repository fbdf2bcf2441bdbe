package dev.catena.scope;

import dev.catena.ops.Close;
import dev.catena.ops.Fd;
import dev.catena.ops.Op;
import dev.catena.ops.SendMsg;
import dev.catena.ops.spi.Descriptor;
import dev.catena.ops.spi.Region;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What an operation or chain uses, link by link: descriptors, which must be open, and buffers, which it holds. Loop thread only.
final class Uses {
    private Uses() {}

    /// The first link with a descriptor that is closed or being closed.
    ///
    /// @throws IllegalStateException if one belongs to another driver or proactor
    static @Nullable Op<?> ofClosed(Operation<?> operation) {
        for (int entry = 0; entry < operation.entries(); entry++) {
            var op = operation.said(entry);
            var scope = operation.scope();
            if (isClosed(scope, op, op.fd())
                    || isClosed(scope, op, op.otherFd())
                    || handsOverClosed(scope, op)) {
                return op;
            }
        }
        return null;
    }

    private static boolean isClosed(LiveScope scope, Op<?> op, @Nullable Fd fd) {
        if (fd == null) {
            return false;
        }
        Object table = fd.isSlot() ? scope.loop().slots() : scope.loop().table();
        if (((Descriptor) fd).table() != table) {
            throw new IllegalStateException(
                    op + ": the descriptor belongs to another driver, not to " + table);
        }
        if (Holdings.isForeign((Descriptor) fd, scope)) {
            throw new IllegalStateException(
                    op
                            + ": the descriptor belongs to another proactor, on whose loop alone it can be used and closed");
        }
        return !fd.isOpen();
    }

    /// Whether a message is to hand over a closed one: the kernel looks them up by number when it sends.
    private static boolean handsOverClosed(LiveScope scope, Op<?> op) {
        return op instanceof SendMsg message
                && message.descriptors().stream().anyMatch(fd -> isClosed(scope, op, fd));
    }

    /// Holds all buffers.
    ///
    /// @throws IllegalStateException if one is in use, or leased from a scope that may end before; nothing is held then
    static void hold(Operation<?> operation) {
        try {
            for (int entry = 0; entry < operation.entries(); entry++) {
                var op = operation.said(entry);
                for (int i = 0; i < op.regions(); i++) {
                    hold(operation, op, (Region) op.region(i));
                }
            }
        } catch (IllegalStateException inUse) {
            release(operation);
            throw inUse;
        }
    }

    private static void hold(Operation<?> operation, Op<?> op, Region region) {
        var memory = region.memory();
        memory.hold(operation, op, region.offset(), region.size());
        var scope = operation.scope();
        var lender = memory.lender();
        if (lender != null && !scope.isWithin(lender)) {
            throw new IllegalStateException(
                    op
                            + ": its buffer is a lease of "
                            + lender
                            + ", which may end before "
                            + scope
                            + " does: lease it from "
                            + scope
                            + " or from one around it");
        }
    }

    /// Holds no buffer any more.
    static void release(Operation<?> operation) {
        for (int entry = 0; entry < operation.entries(); entry++) {
            var op = operation.said(entry);
            for (int i = 0; i < op.regions(); i++) {
                ((Region) op.region(i)).memory().release(operation);
            }
        }
    }

    /// Does something with every descriptor that it does not close.
    static void forEachDescriptor(Operation<?> operation, Consumer<Descriptor> action) {
        for (int entry = 0; entry < operation.entries(); entry++) {
            var op = operation.said(entry);
            if (op instanceof Close) {
                continue;
            }
            if (op.fd() instanceof Descriptor fd) {
                action.accept(fd);
            }
            if (op.otherFd() instanceof Descriptor fd) {
                action.accept(fd);
            }
            if (op instanceof SendMsg message) {
                message.descriptors().forEach(fd -> action.accept((Descriptor) fd));
            }
        }
    }

    /// The descriptors that it closes, slots left out.
    static List<Descriptor> closed(Operation<?> operation) {
        var closed = new ArrayList<Descriptor>();
        for (int entry = 0; entry < operation.entries(); entry++) {
            if (operation.said(entry) instanceof Close(var fd) && !fd.isSlot()) {
                closed.add((Descriptor) fd);
            }
        }
        return closed;
    }
}
