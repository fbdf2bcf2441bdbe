package dev.catena.ops;

import java.net.SocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Receives a message (`recvmsg(2)`): a datagram and where it came from, or bytes with descriptors from a unix socket.
///
/// @param socket the socket
/// @param buffers where the bytes go, 1 to 1024 regions
/// @param maxDescriptors how many descriptors to take, 0 to 253; more than that are closed by the kernel
public record RecvMsg(Fd socket, List<Buffer> buffers, int maxDescriptors)
        implements Op<RecvMsg.Message> {
    /// A message.
    ///
    /// @param size its bytes
    /// @param from the sender's address, or null if it has none
    /// @param truncated whether bytes or descriptors were lost for want of room (`MSG_TRUNC`, `MSG_CTRUNC`)
    /// @param descriptors descriptors that came with it; they belong to the scope
    public record Message(
            int size, @Nullable SocketAddress from, boolean truncated, List<Fd> descriptors) {}

    /// Checks the regions and the number of descriptors.
    public RecvMsg {
        buffers = Limits.vector(buffers);
        if (maxDescriptors < 0 || maxDescriptors > SendMsg.MAX_DESCRIPTORS) {
            throw new InvalidValueException(
                    "a message carries 0 to "
                            + SendMsg.MAX_DESCRIPTORS
                            + " descriptors: "
                            + maxDescriptors);
        }
    }

    /// The same with room for descriptors.
    public RecvMsg descriptors(int most) {
        return new RecvMsg(socket, buffers, most);
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
    public boolean fillsRegions() {
        return true;
    }

    @Override
    public String opcode() {
        return "RECVMSG";
    }

    @Override
    public String toString() {
        return "recvMsg("
                + socket
                + ", "
                + Words.list(buffers)
                + ")"
                + (maxDescriptors == 0 ? "" : ".descriptors(" + maxDescriptors + ")");
    }
}
