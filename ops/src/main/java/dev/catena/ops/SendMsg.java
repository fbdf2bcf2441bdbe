package dev.catena.ops;

import java.net.SocketAddress;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Sends a message (`sendmsg(2)`): a datagram to an address, or bytes with descriptors over a unix socket. Gives how many
/// bytes were taken.
///
/// @param socket the socket
/// @param buffers the bytes, 1 to 1024 regions
/// @param to the receiver, or null for a connected socket
/// @param descriptors descriptors to hand to the peer of a unix socket (`SCM_RIGHTS`), at most 253; ours stay open
public record SendMsg(
        Fd socket, List<Buffer> buffers, @Nullable SocketAddress to, List<Fd> descriptors)
        implements Op<Integer> {
    /// The most descriptors that one message carries (`SCM_MAX_FD`).
    public static final int MAX_DESCRIPTORS = 253;

    /// Checks the regions, the address and the number of descriptors.
    public SendMsg {
        buffers = Limits.vector(buffers);
        descriptors = List.copyOf(descriptors);
        if (to != null) {
            Objects.requireNonNull(AddressFamily.of(to));
        }
        if (descriptors.size() > MAX_DESCRIPTORS || descriptors.stream().anyMatch(Fd::isSlot)) {
            throw new InvalidValueException(
                    "a message carries at most "
                            + MAX_DESCRIPTORS
                            + " descriptors, none of them a fixed file slot");
        }
    }

    /// The same to an address.
    public SendMsg to(SocketAddress address) {
        return new SendMsg(socket, buffers, address, descriptors);
    }

    /// The same with descriptors for the peer.
    public SendMsg with(List<Fd> fds) {
        return new SendMsg(socket, buffers, to, fds);
    }

    @Override
    public Fd fd() {
        return socket;
    }

    @Override
    public int regions() {
        return buffers.size();
    }

    @Override
    public Buffer region(int index) {
        return buffers.get(index);
    }

    @Override
    public String opcode() {
        return "SENDMSG";
    }

    @Override
    public String toString() {
        return "sendMsg("
                + socket
                + ", "
                + Words.list(buffers)
                + ")"
                + (to == null ? "" : ".to(" + to + ")")
                + (descriptors.isEmpty() ? "" : ".with(" + descriptors + ")");
    }
}
