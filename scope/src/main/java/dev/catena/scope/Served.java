package dev.catena.scope;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.catena.ops.Fd;
import dev.catena.ops.Nop;
import dev.catena.ops.Op;
import dev.catena.ops.Read;
import dev.catena.ops.ReadVector;
import dev.catena.ops.Recv;
import dev.catena.ops.RecvMsg;
import dev.catena.ops.Splice;
import dev.catena.ops.Tee;
import dev.catena.ops.spi.Descriptor;
import dev.catena.ops.spi.Region;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The receives of an operation or chain that get bytes which had come before. In the kernel such a link does nothing, or
/// receives what is wanted besides; the bytes are in its buffer once it has succeeded, and are kept again if it has not.
/// Loop thread only.
final class Served {
    private final Operation<?> operation;
    // what each entry was given, or null
    private final byte[] @Nullable [] bytes;

    private Served(Operation<?> operation, int entries) {
        this.operation = operation;
        this.bytes = new byte[entries][];
    }

    /// Takes what there is for an operation, which holds its buffers.
    ///
    /// @return null if there is nothing
    /// @throws IllegalStateException if one of its links cannot be given bytes that came before; nothing was taken then
    static @Nullable Served of(Operation<?> operation, int entries) {
        Served served = null;
        for (int entry = 0; entry < entries; entry++) {
            if (Arrears.of(source(operation.said(entry))) != null) {
                check(operation.said(entry), entries);
                served = new Served(operation, entries);
            }
        }
        if (served != null) {
            served.take();
        }
        return served;
    }

    /// Where an operation takes bytes from, if it does.
    private static @Nullable Fd source(Op<?> op) {
        return op instanceof Splice || op instanceof Tee ? op.otherFd() : op.fd();
    }

    private static void check(Op<?> op, int entries) {
        boolean misses =
                switch (op) {
                    case Read _ -> entries > 1;
                    case ReadVector _, RecvMsg _, Splice _, Tee _ -> true;
                    default -> false;
                };
        if (misses) {
            throw new IllegalStateException(
                    op
                            + ": bytes that a forEach had received before it was ended are waiting; take them with recv, or with"
                            + " forEach(recvEach)");
        }
    }

    private void take() {
        for (int entry = 0; entry < bytes.length; entry++) {
            var op = operation.said(entry);
            if (op instanceof Recv || op instanceof Read) {
                bytes[entry] = take((Op.Transfer) op, op instanceof Recv recv && recv.waitAll());
            }
        }
    }

    private static byte @Nullable [] take(Op.Transfer op, boolean all) {
        int most = (int) op.sizeBytes();
        byte[] taken = null;
        var arrears = Arrears.of(op.fd());
        while (arrears != null
                && op.fd() instanceof Descriptor fd
                && (taken == null || (all && taken.length < most))) {
            taken =
                    taken == null
                            ? arrears.take(fd, most)
                            : joined(taken, arrears.take(fd, most - taken.length));
            arrears = Arrears.of(fd);
        }
        return taken;
    }

    private static byte[] joined(byte[] first, byte[] second) {
        var both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    /// What the kernel is to do for a link.
    Op<?> op(int entry) {
        var said = operation.said(entry);
        var served = bytes[entry];
        if (served == null) {
            return said;
        }
        return said instanceof Recv recv && recv.waitAll() && served.length < recv.sizeBytes()
                ? recv.remainder(served.length)
                : new Nop();
    }

    /// A link has ended: gives its result, with what it was served.
    int result(int entry, int result) {
        var served = bytes[entry];
        if (served == null || result < 0) {
            return result;
        }
        var region = (Region) operation.said(entry).region(0);
        MemorySegment.copy(served, 0, region.unguarded(), JAVA_BYTE, 0, served.length);
        bytes[entry] = null;
        return result + served.length;
    }

    /// All has ended: what was served to links that did not succeed is kept for the next.
    void end() {
        for (int entry = bytes.length - 1; entry >= 0; entry--) {
            var served = bytes[entry];
            if (served != null
                    && operation.said(entry).fd() instanceof Descriptor fd
                    && fd.owner() instanceof Holdings holder) {
                holder.arrearsToKeep().putBack(fd, served);
            }
        }
    }
}
