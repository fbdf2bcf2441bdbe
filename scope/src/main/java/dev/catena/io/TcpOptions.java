package dev.catena.io;

import dev.catena.ops.Listen;
import java.time.Duration;

/// How TCP connections are made. A value; start from [#DEFAULT].
///
/// @param noDelay whether small segments are sent at once (`TCP_NODELAY`)
/// @param keepAlive whether idle connections are probed (`SO_KEEPALIVE`)
/// @param backlog how many connections may wait to be accepted, at least 1
/// @param sharesPort whether several listeners share the port, and the kernel spreads connections over them (`SO_REUSEPORT`)
/// @param zeroCopyFromBytes writes of at least so many bytes are sent without copying them; [Integer#MAX_VALUE] for never
/// @param headStart when connecting by name: how long an address is tried alone before the next one is tried too (RFC 8305 advises
///     100 ms to 2 s)
public record TcpOptions(
        boolean noDelay,
        boolean keepAlive,
        int backlog,
        boolean sharesPort,
        int zeroCopyFromBytes,
        Duration headStart) {
    /// No delay, no probes, 4096 waiting, the port not shared, no zero-copy, 250 ms.
    public static final TcpOptions DEFAULT =
            new TcpOptions(
                    true,
                    false,
                    Listen.DEFAULT_BACKLOG,
                    false,
                    Integer.MAX_VALUE,
                    Duration.ofMillis(250));

    /// Checks the ranges.
    public TcpOptions {
        if (backlog < 1 || zeroCopyFromBytes < 1 || headStart.isNegative()) {
            throw new IllegalArgumentException(
                    "the backlog and zeroCopyFromBytes are 1 or more, headStart is not negative: "
                            + backlog
                            + ", "
                            + zeroCopyFromBytes
                            + ", "
                            + headStart);
        }
    }

    /// The same with small segments sent at once, or not.
    public TcpOptions noDelay(boolean on) {
        return new TcpOptions(on, keepAlive, backlog, sharesPort, zeroCopyFromBytes, headStart);
    }

    /// The same with probes of idle connections, or without.
    public TcpOptions keepAlive(boolean on) {
        return new TcpOptions(noDelay, on, backlog, sharesPort, zeroCopyFromBytes, headStart);
    }

    /// The same with another backlog.
    public TcpOptions backlog(int most) {
        return new TcpOptions(noDelay, keepAlive, most, sharesPort, zeroCopyFromBytes, headStart);
    }

    /// The same with the port shared, or not.
    public TcpOptions sharesPort(boolean on) {
        return new TcpOptions(noDelay, keepAlive, backlog, on, zeroCopyFromBytes, headStart);
    }

    /// The same with zero-copy for writes of at least `bytes`.
    public TcpOptions zeroCopyFrom(int bytes) {
        return new TcpOptions(noDelay, keepAlive, backlog, sharesPort, bytes, headStart);
    }

    /// The same with another head start.
    public TcpOptions headStart(Duration alone) {
        return new TcpOptions(noDelay, keepAlive, backlog, sharesPort, zeroCopyFromBytes, alone);
    }
}
