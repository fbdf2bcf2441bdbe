package dev.catena.ops;

/// Socket options that are numbers (`socket(7)`, `tcp(7)`).
public enum SocketOption {
    /// Lets a listener bind while old connections of its address linger (`SO_REUSEADDR`).
    REUSE_ADDRESS,
    /// Lets several sockets bind to one address; the kernel spreads connections over them (`SO_REUSEPORT`).
    REUSE_PORT,
    /// The receive buffer in bytes; the kernel doubles it for its own use (`SO_RCVBUF`).
    RECEIVE_BUFFER,
    /// The send buffer in bytes; the kernel doubles it for its own use (`SO_SNDBUF`).
    SEND_BUFFER,
    /// Probes an idle connection (`SO_KEEPALIVE`).
    KEEP_ALIVE,
    /// Sends small segments at once (`TCP_NODELAY`).
    TCP_NO_DELAY
}
