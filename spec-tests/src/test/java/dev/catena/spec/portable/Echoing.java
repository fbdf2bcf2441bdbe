package dev.catena.spec.portable;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;

/// A client of an echo server, on the JDK's own sockets.
final class Echoing {
    private Echoing() {}

    /// What comes back on a new connection for a message.
    static String echo(int port, String message) throws IOException {
        try (var socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
            socket.getOutputStream().write(message.getBytes(UTF_8));
            var answer = new byte[message.length()];
            new DataInputStream(socket.getInputStream()).readFully(answer);
            return new String(answer, UTF_8);
        }
    }
}
