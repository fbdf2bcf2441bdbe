package dev.catena.proactor.sim;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;

/// What was sent to one end of a connection: bytes that have arrived and that nobody has received, and what is on its way.
///
/// Over TCP that may take time ([Decision#ARRIVAL]), on one machine, too: a segment that is not full is held back until
/// those before it are acknowledged (RFC 9293, 3.7.4), which a receiver that reads nothing takes its time for. All arrives in
/// the order in which it was sent, the end of the stream last. Guarded by the kernel's lock.
final class StreamQueue {

    /// Bytes that were sent at once, and what came with them.
    private static final class Chunk {
        private final byte[] bytes;
        private final List<Description> attached;
        private int taken;

        Chunk(byte[] bytes, List<Description> attached) {
            this.bytes = bytes;
            this.attached = attached;
        }
    }

    private final Machine machine;
    private final boolean takesTime;
    private final ArrayDeque<Chunk> arrived = new ArrayDeque<>();
    private final ArrayDeque<Runnable> onTheirWay = new ArrayDeque<>();
    private int arrivedBytes;

    // those on their way among them
    private int sentBytes;

    /// @param takesTime whether the schedule may let what is sent be on its way for a while
    StreamQueue(Machine machine, boolean takesTime) {
        this.machine = machine;
        this.takesTime = takesTime;
    }

    /// The bytes that can be received.
    int arrivedBytes() {
        return arrivedBytes;
    }

    /// The bytes that were sent and not received.
    int sentBytes() {
        return sentBytes;
    }

    /// Sends bytes.
    ///
    /// @param attached descriptors that go with them, which are referred to
    /// @param isTaken asked when they arrive: whether they can still be received
    /// @param arrival what happens when they have arrived and are taken
    void send(byte[] bytes, List<Description> attached, BooleanSupplier isTaken, Runnable arrival) {
        sentBytes += bytes.length;
        send(
                () -> {
                    if (isTaken.getAsBoolean()) {
                        arrived.add(new Chunk(bytes, attached));
                        arrivedBytes += bytes.length;
                        arrival.run();
                    } else {
                        sentBytes = arrivedBytes;
                    }
                });
    }

    /// Sends what has no bytes, such as the end of the stream.
    void send(Runnable arrival) {
        long nanos = takesTime ? machine.decisions.delayNanos(Decision.ARRIVAL) : 0;
        if (nanos == 0 && onTheirWay.isEmpty()) {
            arrival.run();
        } else {
            onTheirWay.add(arrival);
            machine.after(nanos, this::arriveNext);
        }
    }

    private void arriveNext() {
        var next = onTheirWay.poll();
        if (next != null) {
            next.run();
        }
    }

    /// Lets all that is on its way arrive.
    void arriveAll() {
        while (!onTheirWay.isEmpty()) {
            onTheirWay.remove().run();
        }
    }

    /// Loses all that is on its way.
    void lose() {
        onTheirWay.clear();
        sentBytes = arrivedBytes;
    }

    /// Takes out bytes that have arrived, none behind those that descriptors came with.
    ///
    /// @return how many
    int take(Bytes into, SimulatedSocket.Delivery delivery) {
        int received = 0;
        while (received < into.size() && !arrived.isEmpty() && delivery.attached.isEmpty()) {
            var chunk = arrived.getFirst();
            int part = Math.min(into.size() - received, chunk.bytes.length - chunk.taken);
            into.put(received, Arrays.copyOfRange(chunk.bytes, chunk.taken, chunk.taken + part));
            if (chunk.taken == 0) {
                delivery.attached = chunk.attached;
            }
            chunk.taken += part;
            received += part;
            if (chunk.taken == chunk.bytes.length) {
                arrived.remove();
            }
        }
        arrivedBytes -= received;
        sentBytes -= received;
        return received;
    }

    /// Drops everything.
    void drop() {
        arrived.forEach(chunk -> chunk.attached.forEach(Description::release));
        arrived.clear();
        arrivedBytes = 0;
        lose();
    }
}
