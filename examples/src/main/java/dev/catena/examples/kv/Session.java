package dev.catena.examples.kv;

import dev.catena.io.TcpConnection;
import java.io.IOException;
import java.net.ProtocolException;
import java.time.Duration;
import java.util.concurrent.CompletionException;

/// What is done with a connection: its commands, in order. All that has come is performed, then brought to the device, then answered,
/// so that a client that sends ahead (pipelining) waits for one sync and not for many.
final class Session {
    private static final int RECEIVED_BYTES = 16 << 10;
    private static final int ANSWERED_BYTES = 1 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final TcpConnection connection;
    private final Commands commands;
    private final Object lock;
    private final Log log;

    /// @param lock what is held around calls of the commands
    Session(TcpConnection connection, Commands commands, Object lock, Log log) {
        this.connection = connection;
        this.commands = commands;
        this.lock = lock;
        this.log = log;
    }

    /// Holds it until the client ends it.
    ///
    /// @throws IOException if the connection breaks
    void hold() throws IOException {
        var requests = new Requests();
        var replies = new Replies();
        var received = connection.scope().lease(RECEIVED_BYTES);
        boolean goesOn = true;
        while (goesOn) {
            int size = connection.read(received);
            if (size == 0) {
                return;
            }
            requests.add(received.first(size));
            boolean isDrained = false;
            while (goesOn && !isDrained) {
                try {
                    int before;
                    synchronized (lock) {
                        before = replies.size();
                        goesOn = perform(requests, replies);
                    }
                    isDrained = replies.size() == before || replies.size() < ANSWERED_BYTES;
                } catch (ProtocolException malformed) {
                    replies.error("ERR Protocol error: " + malformed.getMessage());
                    goesOn = false;
                }
                answer(replies);
            }
        }
        connection.endOutput();
    }

    /// Performs what has come whole, until there is much to answer.
    private boolean perform(Requests requests, Replies replies) throws ProtocolException {
        while (replies.size() < ANSWERED_BYTES) {
            var command = requests.next();
            if (command == null) {
                return true;
            }
            if (!commands.perform(command, replies)) {
                return false;
            }
        }
        return true;
    }

    private void answer(Replies replies) throws IOException {
        var all = replies.take();
        if (all.isEmpty()) {
            return;
        }
        try {
            // also for what was only read: another session may have written it and not have been
            // told yet that it will stay
            var _ = log.durable().join();
        } catch (CompletionException lost) {
            throw new IOException("what it was told is not on the device", lost);
        }
        connection.within(PATIENCE).writeAll(all.toArray());
    }
}
