package dev.catena.ops;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

/// The kind of addresses a socket speaks (`socket(2)`).
public enum AddressFamily {
    /// IPv4 (`AF_INET`).
    INET,
    /// IPv6 (`AF_INET6`).
    INET6,
    /// Names in the file system, between processes of one machine (`AF_UNIX`).
    UNIX;

    // sun_path of sys/un.h, less the NUL
    private static final int MAX_UNIX_PATH_BYTES = 107;

    /// The family of an address.
    ///
    /// @throws InvalidValueException if it is of no kind known here, an [InetSocketAddress] that is not resolved, or a
    ///     path of more than 107 bytes
    public static AddressFamily of(SocketAddress address) {
        return switch (address) {
            case InetSocketAddress inet when inet.isUnresolved() ->
                    throw new InvalidValueException(
                            inet + " is not resolved: look the name up first");
            case InetSocketAddress inet -> inet.getAddress() instanceof Inet6Address ? INET6 : INET;
            case UnixDomainSocketAddress unix -> {
                Limits.bytes(
                        "a unix socket's path", MAX_UNIX_PATH_BYTES, unix.getPath().toString());
                yield UNIX;
            }
            default ->
                    throw new InvalidValueException(
                            "no socket family for a " + address.getClass().getName());
        };
    }
}
