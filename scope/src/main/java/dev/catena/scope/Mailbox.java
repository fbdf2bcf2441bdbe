package dev.catena.scope;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Messages for a scope, from threads of any loop and from outside: how loops talk to each other.
///
/// It lives on the loop of the scope that it was opened in, and as long as that scope. It takes so many messages that nobody has
/// received yet, and no more: then [#send] waits, and [#offer] says no. What one thread sends arrives in the order in which it was
/// sent, in messages that nobody else sees: send values, or what the sender lets go of.
///
/// A message from another loop travels without a system call of its own where both loops have rings (`MSG_RING`): the wake-up
/// goes out with what the sending loop submits next, so send and return to the loop, by waiting for something or by ending.
///
/// @param <M> what is sent
public final class Mailbox<M> {
    private final LiveScope home;
    private final int capacity;

    // sent and not received
    private final AtomicInteger taken = new AtomicInteger();

    // any thread adds, whoever makes room takes
    private final ConcurrentLinkedQueue<Sender> senders = new ConcurrentLinkedQueue<>();
    private volatile boolean closed;

    // the home loop's
    private final ArrayDeque<M> arrived = new ArrayDeque<>();
    private final ArrayDeque<Receiver> receivers = new ArrayDeque<>();

    private Mailbox(LiveScope home, int capacity) {
        this.home = home;
        this.capacity = capacity;
    }

    /// Opens one that is closed when the scope ends; messages in it are dropped then.
    ///
    /// @param scope where it is received
    /// @param capacity the most messages that are sent and not received, at least 1
    public static <M> Mailbox<M> open(Scope scope, int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("a mailbox takes at least 1 message: " + capacity);
        }
        var mailbox = new Mailbox<M>((LiveScope) scope, capacity);
        scope.onClose(_ -> mailbox.close());
        return mailbox;
    }

    /// Sends a message if there is room for it. From any thread.
    ///
    /// @return whether it was sent
    /// @throws IllegalStateException if the mailbox's scope has ended
    public boolean offer(M message) {
        Objects.requireNonNull(message, "a message");
        if (closed) {
            throw new IllegalStateException("the mailbox of " + home + " is closed");
        }
        int before = taken.get();
        while (before < capacity) {
            if (taken.compareAndSet(before, before + 1)) {
                deliver(message);
                return true;
            }
            before = taken.get();
        }
        return false;
    }

    /// Sends a message, and waits for room if there is none.
    ///
    /// @param scope of the sender, whose end ends the wait
    /// @throws dev.catena.ops.OperationCancelledException if that was cancelled first; nothing was sent then
    /// @throws dev.catena.ops.DeadlineExceededException if its time was up first; nothing was sent then
    /// @throws IllegalStateException if the mailbox's scope has ended
    public void send(Scope scope, M message) throws IOException {
        while (!offer(message)) {
            var sender = new Sender((LiveScope) scope);
            senders.add(sender);
            if (offer(message)) { // there may have been room before it stood in line
                if (!sender.claim(Sender.GONE)) {
                    letNextSend();
                }
                return;
            }
            if (closed) {
                letAllSend();
            }
            boolean waited = false;
            try {
                sender.await();
                waited = true;
            } finally {
                if (!waited) {
                    leave(sender);
                }
            }
        }
    }

    /// Waits for the next message, on a thread of the mailbox's loop.
    ///
    /// @param scope of the receiver: the mailbox's, or one within it
    /// @throws dev.catena.ops.OperationCancelledException if that was cancelled first
    /// @throws dev.catena.ops.DeadlineExceededException if its time was up first
    /// @throws IllegalArgumentException if the scope is another
    public M receive(Scope scope) throws IOException {
        var live = (LiveScope) scope;
        if (!live.isWithin(home)) {
            throw new IllegalArgumentException(
                    "the mailbox of " + home + " cannot be received in " + scope);
        }
        var receiver = new Receiver(live);
        receiver.await();
        return receiver.message();
    }

    private void deliver(M message) {
        if (home.loop().isOnLoop()) {
            arrive(message);
        } else {
            home.loop().post(() -> arrive(message));
        }
    }

    /// A message is here (home loop).
    private void arrive(M message) {
        for (var receiver = receivers.poll(); receiver != null; receiver = receivers.poll()) {
            if (receiver.claim(message)) {
                receiver.take(message);
                return;
            }
        }
        arrived.add(message);
    }

    private void received() {
        taken.decrementAndGet();
        letNextSend();
    }

    /// Lets the first of those that wait for room try again, and if it has gone, the next.
    private void letNextSend() {
        for (var sender = senders.poll(); sender != null; sender = senders.poll()) {
            if (sender.claim(Sender.MAY_TRY)) {
                sender.open();
                return;
            }
        }
    }

    /// A sender goes, having waited in vain or not at all: the room that it may have been given is another's.
    private void leave(Sender sender) {
        if (sender.claim(Sender.GONE) || sender.isStopped()) {
            senders.remove(sender);
        } else {
            letNextSend();
        }
    }

    private void letAllSend() {
        while (!senders.isEmpty()) {
            letNextSend();
        }
    }

    private void close() {
        closed = true;
        letAllSend();
    }

    /// Who waits for room.
    private final class Sender extends Waiting {
        static final Object MAY_TRY = "may try";
        static final Object GONE = "gone";

        Sender(LiveScope scope) {
            super(scope);
        }

        @Override
        void begin() {}

        @Override
        void ended() {
            if (isStopped()) {
                senders.remove(this);
            }
        }

        @Override
        public String toString() {
            return "sending to the mailbox of " + home;
        }
    }

    /// Who waits for a message.
    private final class Receiver extends Waiting {
        private @Nullable M message;

        Receiver(LiveScope scope) {
            super(scope);
        }

        @Override
        void begin() {
            var first = arrived.poll();
            if (first == null) {
                receivers.add(this);
            } else if (claim(first)) {
                take(first);
            } else {
                arrived.addFirst(first);
            }
        }

        /// Once claimed for it.
        void take(M taken) {
            message = taken;
            received();
            open();
        }

        @Override
        void ended() {
            if (isStopped()) {
                receivers.remove(this);
            }
        }

        M message() {
            return Objects.requireNonNull(message);
        }

        @Override
        public String toString() {
            return "receiving from the mailbox of " + home;
        }
    }
}
