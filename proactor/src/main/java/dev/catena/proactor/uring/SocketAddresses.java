package dev.catena.proactor.uring;

import static dev.catena.proactor.uring.Abi.*;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.catena.ops.AddressFamily;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Socket addresses between Java and C: `sockaddr_in`, `sockaddr_in6` (`netinet/in.h`), `sockaddr_un` (`sys/un.h`).
final class SocketAddresses {
    /// Room for any of them, which is `sizeof(struct sockaddr_un)` rounded up.
    static final int BYTES = 112;

    private static final int PATH_AT = 2;
    private static final ValueLayout.OfShort PORT = JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);

    private SocketAddresses() {}

    static int family(AddressFamily family) {
        return switch (family) {
            case INET -> AF_INET;
            case INET6 -> AF_INET6;
            case UNIX -> AF_UNIX;
        };
    }

    /// Writes an address to `at` and gives its length in bytes.
    static int write(SocketAddress address, MemorySegment memory, long at) {
        var family = AddressFamily.of(address);
        memory.asSlice(at, BYTES).fill((byte) 0);
        memory.set(JAVA_SHORT, at, (short) family(family));
        if (address instanceof InetSocketAddress inet) {
            memory.set(PORT, at + 2, (short) inet.getPort());
            var bytes = inet.getAddress().getAddress();
            boolean v6 = inet.getAddress() instanceof Inet6Address;
            MemorySegment.copy(bytes, 0, memory, JAVA_BYTE, at + (v6 ? 8 : 4), bytes.length);
            if (inet.getAddress() instanceof Inet6Address six) {
                memory.set(JAVA_INT, at + 24, six.getScopeId());
            }
            return v6 ? 28 : 16;
        }
        var path =
                ((UnixDomainSocketAddress) address)
                        .getPath()
                        .toString()
                        .getBytes(StandardCharsets.UTF_8);
        MemorySegment.copy(path, 0, memory, JAVA_BYTE, at + PATH_AT, path.length);
        return path.length == 0 ? PATH_AT : PATH_AT + path.length + 1;
    }

    /// Reads an address of `length` bytes.
    static SocketAddress read(MemorySegment memory, int length) {
        int family = length < 2 ? AF_UNIX : memory.get(JAVA_SHORT, 0);
        return switch (family) {
            case AF_INET -> inet(memory, 4, 4, 0);
            case AF_INET6 -> inet(memory, 8, 16, memory.get(JAVA_INT, 24));
            case AF_UNIX -> unix(memory, length);
            default ->
                    throw new IllegalStateException(
                            "the kernel named a socket of the unknown family " + family);
        };
    }

    private static SocketAddress inet(MemorySegment memory, int at, int size, int scopeId) {
        var bytes = memory.asSlice(at, size).toArray(JAVA_BYTE);
        int port = Short.toUnsignedInt(memory.get(PORT, 2));
        try {
            var address =
                    scopeId == 0
                            ? InetAddress.getByAddress(bytes)
                            : Inet6Address.getByAddress(null, bytes, scopeId);
            return new InetSocketAddress(address, port);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of " + size + " bytes must be valid", e);
        }
    }

    private static SocketAddress unix(MemorySegment memory, int length) {
        var bytes =
                length <= PATH_AT
                        ? new byte[0]
                        : memory.asSlice(PATH_AT, length - PATH_AT).toArray(JAVA_BYTE);
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        return UnixDomainSocketAddress.of(
                new String(Arrays.copyOf(bytes, end), StandardCharsets.UTF_8));
    }
}
