package dev.catena.ops;

/// How a socket carries bytes (`socket(2)`).
public enum SocketType {
    /// A connected stream of bytes, TCP for the internet families (`SOCK_STREAM`).
    STREAM,
    /// Messages with bounds, UDP for the internet families (`SOCK_DGRAM`).
    DATAGRAM
}
