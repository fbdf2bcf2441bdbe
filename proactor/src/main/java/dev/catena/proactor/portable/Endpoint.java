package dev.catena.proactor.portable;

import dev.catena.ops.AddressFamily;
import dev.catena.ops.SocketOption;
import java.io.IOException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A socket or an end of a pipe: what can wait. Loop thread only.
final class Endpoint implements OpenFile {
    /// An operation that waits, and how it goes on when it can.
    record Waiter(Entry entry, Attempt attempt) {}

    /// Tries to go on.
    @FunctionalInterface
    interface Attempt {
        /// Does what can be done now.
        ///
        /// @return the operation's result, or [Readiness#WOULD_WAIT]
        int run() throws IOException;
    }

    /// A poll that waits.
    static final class Watcher {
        final Entry entry;
        final int events;
        final boolean each;

        // of one that tells each time: what it has told of, and nobody has acted on since
        int told;

        Watcher(Entry entry, int events, boolean each) {
            this.entry = entry;
            this.events = events;
            this.each = each;
        }
    }

    /// The family of its addresses; null for a pipe.
    final @Nullable AddressFamily family;

    /// What it is now: a stream socket becomes another channel as it begins to listen.
    SelectableChannel channel;

    @Nullable SelectionKey key;

    /// Whether its descriptor is closed, and only what was in flight by then keeps it open.
    boolean doomed;

    final ArrayDeque<Waiter> reading = new ArrayDeque<>();
    final ArrayDeque<Waiter> writing = new ArrayDeque<>();
    final List<Watcher> watchers = new ArrayList<>();

    /// What was read from it and not taken yet.
    final Stash stash = new Stash();

    /// Whether the last read took all there was: until the selector says that there is more, another would be in vain.
    boolean drained;

    /// Whether its sending side was shut down.
    boolean sendsNoMore;

    /// The options that were set, since a channel may not have them and its successors may.
    final Map<SocketOption, Integer> options = new EnumMap<>(SocketOption.class);

    private Endpoint(@Nullable AddressFamily family, SelectableChannel channel) throws IOException {
        this.family = family;
        this.channel = channel;
        channel.configureBlocking(false);
    }

    static Endpoint socket(AddressFamily family, SelectableChannel channel) throws IOException {
        return new Endpoint(family, channel);
    }

    static Endpoint ofPipe(SelectableChannel channel) throws IOException {
        return new Endpoint(null, channel);
    }

    /// Whether nothing waits at it.
    boolean isIdle() {
        return reading.isEmpty() && writing.isEmpty() && watchers.isEmpty();
    }

    boolean isSocket() {
        return family != null;
    }

    boolean isPipe() {
        return channel instanceof Pipe.SourceChannel || channel instanceof Pipe.SinkChannel;
    }

    /// The selector's word for being able to read.
    int readOps() {
        return channel instanceof ServerSocketChannel
                ? SelectionKey.OP_ACCEPT
                : SelectionKey.OP_READ & channel.validOps();
    }

    /// The selector's word for being able to write.
    int writeOps() {
        boolean connecting = channel instanceof SocketChannel c && c.isConnectionPending();
        return connecting ? SelectionKey.OP_CONNECT : SelectionKey.OP_WRITE & channel.validOps();
    }
}
