package dev.catena.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/// A load on an echo server that costs as little as it can: one thread, one selector, one message on its way on each
/// connection.
final class PingPong {
    private final int messageBytes;
    private final Selector selector;
    private final ByteBuffer message;
    private final ByteBuffer answer;
    private long roundTrips;

    /// What one connection still waits for.
    private static final class Waiting {
        private int bytes;
    }

    private PingPong(int messageBytes, Selector selector) {
        this.messageBytes = messageBytes;
        this.selector = selector;
        message = ByteBuffer.allocateDirect(messageBytes);
        answer = ByteBuffer.allocateDirect(messageBytes);
    }

    /// Plays, and gives the round trips a second.
    ///
    /// @param warmUpNanos how long it plays before it counts
    /// @param nanos how long it counts
    static double play(int port, int connections, int messageBytes, long warmUpNanos, long nanos)
            throws IOException {
        try (var selector = Selector.open()) {
            var game = new PingPong(messageBytes, selector);
            try {
                for (int i = 0; i < connections; i++) {
                    game.connect(port);
                }
                game.playFor(warmUpNanos);
                game.roundTrips = 0;
                long start = System.nanoTime();
                game.playFor(nanos);
                return game.roundTrips * 1e9 / (System.nanoTime() - start);
            } finally {
                for (var key : selector.keys()) {
                    key.channel().close();
                }
            }
        }
    }

    private void connect(int port) throws IOException {
        var channel =
                SocketChannel.open(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
        var waiting = new Waiting();
        channel.register(selector, SelectionKey.OP_READ, waiting);
        send(channel, waiting);
    }

    private void playFor(long nanos) throws IOException {
        long start = System.nanoTime();
        while (System.nanoTime() - start < nanos) {
            selector.select(this::receive, 1000);
        }
    }

    private void receive(SelectionKey key) {
        var channel = (SocketChannel) key.channel();
        var waiting = (Waiting) key.attachment();
        try {
            answer.clear().limit(waiting.bytes);
            int size = channel.read(answer);
            if (size < 0) {
                throw new IOException("the server has closed the connection");
            }
            waiting.bytes -= size;
            if (waiting.bytes == 0) {
                roundTrips++;
                send(channel, waiting);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void send(SocketChannel channel, Waiting waiting) throws IOException {
        message.clear();
        if (channel.write(message) != messageBytes) {
            throw new IOException("the connection is full with one message on its way");
        }
        waiting.bytes = messageBytes;
    }
}
