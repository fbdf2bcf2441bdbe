package dev.catena.proactor.sim;

import static dev.catena.proactor.sim.Description.WAIT;

import dev.catena.ops.AddressFamily;
import dev.catena.ops.Errno;
import java.io.ByteArrayOutputStream;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Somebody else on the simulated network, who follows a script: a client or a server, at the other end of a connection.
///
/// ```java
/// sim.peer().connect(address).send("GET /\r\n").after(ofMillis(50)).receiveUntil("\r\n").close();
/// ```
///
/// Every method adds a step. Steps are taken one after the other, each as soon as the one before it is done and it can be
/// done, in the kernel's time. A step that cannot be done ends the script: [#failure] says why. May be used from any
/// thread, before the program runs or while it does.
public final class Peer {
    private record Step(String what, BooleanSupplier attempt) {}

    private final Machine machine;
    private final int number;
    private final Waiter waiter = new ScriptWaiter();

    // guarded by the kernel's lock
    private final ArrayDeque<Step> steps = new ArrayDeque<>();
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private Agenda.@Nullable Entry event;
    private @Nullable StreamSocket listener;
    private @Nullable StreamSocket connection;
    private @Nullable String failure;
    private long resumesNanos;
    private int taken;

    /// Goes on with the script when something has changed.
    private final class ScriptWaiter implements Waiter {
        @Override
        public void stirred(int events) {
            resume();
        }

        @Override
        public boolean waits() {
            return !steps.isEmpty();
        }
    }

    Peer(Machine machine, int number) {
        this.machine = machine;
        this.number = number;
    }

    // ---------------------------------------------------------------- the script

    /// Lets time pass before the next step.
    public Peer after(Duration duration) {
        return add(
                "waits " + duration,
                () -> {
                    if (resumesNanos == 0) {
                        resumesNanos = machine.nowNanos() + duration.toNanos();
                        event = machine.at(resumesNanos, this::run);
                    }
                    if (machine.nowNanos() < resumesNanos) {
                        return false;
                    }
                    resumesNanos = 0;
                    return true;
                });
    }

    /// Connects to an address, as soon as somebody listens there.
    public Peer connect(SocketAddress address) {
        return add(
                "connects to " + address,
                () -> {
                    machine.network.arrivals().add(waiter);
                    var socket =
                            connection != null && !connection.isConnected()
                                    ? connection
                                    : newSocket(address);
                    int result = socket.connect(address, waiter);
                    boolean nobody =
                            result == -Errno.ECONNREFUSED.number()
                                    || result == -Errno.ENOENT.number();
                    return !nobody && isDone(result, "connect");
                });
    }

    /// Listens at an address.
    public Peer listen(SocketAddress address) {
        return add(
                "listens at " + address,
                () -> {
                    var socket = new StreamSocket(machine, AddressFamily.of(address));
                    socket.refer();
                    listener = socket;
                    int bound = socket.bind(address);
                    return isDone(bound < 0 ? bound : socket.listen(128), "listen");
                });
    }

    /// Takes a connection; the steps behind are about that one.
    public Peer accept() {
        return add(
                "accepts",
                () -> {
                    if (listener == null) {
                        return fail("it accepts without having listened");
                    }
                    listener.waiters().add(waiter);
                    int acceptable = listener.acceptable();
                    if (acceptable == 0) {
                        connection = listener.accept(); // with the queue's reference
                    }
                    return isDone(acceptable, "accept");
                });
    }

    /// Sends all of these bytes.
    public Peer send(byte[] bytes) {
        var copy = bytes.clone();
        return addWithConnection(
                "sends " + copy.length + " bytes",
                socket -> {
                    while (taken < copy.length) {
                        var rest = Bytes.of(copy).slice(taken, copy.length - taken);
                        int result = socket.send(rest, null, List.of(), waiter);
                        if (result < 0) {
                            return isDone(result, "send");
                        }
                        taken += result;
                    }
                    taken = 0;
                    return true;
                });
    }

    /// Sends a text in UTF-8.
    public Peer send(String text) {
        return send(text.getBytes(StandardCharsets.UTF_8));
    }

    /// Receives so many bytes.
    public Peer receive(int bytes) {
        return addWithConnection(
                "receives " + bytes + " bytes",
                socket -> {
                    while (taken < bytes) {
                        int result = receiveSome(socket, bytes - taken);
                        if (result == 0) {
                            return fail(
                                    "the stream ended after " + taken + " of " + bytes + " bytes");
                        }
                        if (result < 0) {
                            return isDone(result, "receive");
                        }
                        taken += result;
                    }
                    taken = 0;
                    return true;
                });
    }

    /// Receives until what it has received so far ends with a text.
    public Peer receiveUntil(String end) {
        return addWithConnection(
                "receives until '" + end.strip() + "'",
                socket -> {
                    while (!text().endsWith(end)) {
                        int result = receiveSome(socket, 1);
                        if (result == 0) {
                            return fail("the stream ended before '" + end.strip() + "' came");
                        }
                        if (result < 0) {
                            return isDone(result, "receive");
                        }
                    }
                    return true;
                });
    }

    /// Receives until the program ends its side.
    public Peer receiveAll() {
        return addWithConnection(
                "receives all",
                socket -> {
                    int result;
                    do {
                        result = receiveSome(socket, 65_536);
                    } while (result > 0);
                    return isDone(result, "receive");
                });
    }

    /// Sends back what it receives, until the program ends its side.
    public Peer echo() {
        return addWithConnection(
                "echoes",
                socket -> {
                    while (true) {
                        while (taken < received.size()) {
                            var rest = Bytes.of(received.toByteArray());
                            int sent =
                                    socket.send(
                                            rest.slice(taken, rest.size() - taken),
                                            null,
                                            List.of(),
                                            waiter);
                            if (sent < 0) {
                                return isDone(sent, "send");
                            }
                            taken += sent;
                        }
                        int result = receiveSome(socket, 65_536);
                        if (result <= 0) {
                            taken = result == 0 ? 0 : taken;
                            return isDone(result, "receive");
                        }
                    }
                });
    }

    /// Sends no more; the program sees the end of the stream.
    public Peer shutdown() {
        return addWithConnection(
                "sends no more", socket -> isDone(socket.shutdown(false, true), "shutdown"));
    }

    /// Closes the connection, as `close(2)` does: what it has not received makes that a reset.
    public Peer close() {
        return addWithConnection(
                "closes",
                socket -> {
                    connection = null;
                    socket.release();
                    return true;
                });
    }

    /// Resets the connection.
    public Peer reset() {
        return addWithConnection(
                "resets",
                socket -> {
                    connection = null;
                    socket.abort();
                    socket.release();
                    return true;
                });
    }

    /// Sends a datagram from one address to another.
    public Peer sendDatagram(SocketAddress from, SocketAddress to, byte[] bytes) {
        var copy = bytes.clone();
        return add(
                "sends a datagram of " + copy.length + " bytes to " + to,
                () -> {
                    var socket = new DatagramSocket(machine, AddressFamily.of(from));
                    socket.refer();
                    int bound = socket.bind(from);
                    int result =
                            bound < 0
                                    ? bound
                                    : socket.send(Bytes.of(copy), to, List.of(), Waiter.NOBODY);
                    socket.release();
                    return isDone(result == WAIT ? -Errno.EAGAIN.number() : result, "send");
                });
    }

    // ---------------------------------------------------------------- what became of it

    /// All bytes received so far.
    public byte[] received() {
        try (var _ = machine.lock.hold()) {
            machine.runDue();
            return received.toByteArray();
        }
    }

    /// All bytes received so far, as UTF-8.
    public String receivedText() {
        return new String(received(), StandardCharsets.UTF_8);
    }

    /// Whether all steps are done.
    public boolean isDone() {
        try (var _ = machine.lock.hold()) {
            machine.runDue();
            return steps.isEmpty() && failure == null;
        }
    }

    /// Why the script has ended early, or null.
    public @Nullable String failure() {
        try (var _ = machine.lock.hold()) {
            machine.runDue();
            return failure;
        }
    }

    /// Its number, and where it is in its script.
    @Override
    public String toString() {
        try (var _ = machine.lock.hold()) {
            var next = steps.peek();
            return "peer "
                    + number
                    + (failure != null
                            ? ", failed: " + failure
                            : next == null ? ", done" : ", next " + next.what());
        }
    }

    // ---------------------------------------------------------------- following the script

    private Peer addWithConnection(
            String what, java.util.function.Predicate<StreamSocket> attempt) {
        return add(
                what,
                () -> {
                    var socket = connection;
                    if (socket == null) {
                        return fail("it has no connection");
                    }
                    socket.waiters().add(waiter);
                    return attempt.test(socket);
                });
    }

    private Peer add(String what, BooleanSupplier attempt) {
        try (var _ = machine.lock.hold()) {
            steps.add(new Step(what, attempt));
            if (steps.size() == 1) {
                resume();
                machine.nudgeRings();
            }
        }
        return this;
    }

    private void resume() {
        if (event == null) {
            event = machine.soon(this::run);
        }
    }

    private void run() {
        event = null;
        for (var step = steps.peek(); step != null; step = steps.peek()) {
            if (!step.attempt().getAsBoolean()) {
                return;
            }
            steps.remove();
            note(step.what());
        }
    }

    private StreamSocket newSocket(SocketAddress address) {
        var socket = new StreamSocket(machine, AddressFamily.of(address));
        socket.refer();
        connection = socket;
        return socket;
    }

    private int receiveSome(StreamSocket socket, int most) {
        var bytes = new byte[most];
        var delivery = new SimulatedSocket.Delivery();
        int result = socket.receive(Bytes.of(bytes), delivery);
        delivery.attached.forEach(Description::release);
        if (result > 0) {
            received.write(bytes, 0, result);
        }
        return result;
    }

    private String text() {
        return received.toString(StandardCharsets.UTF_8);
    }

    private boolean isDone(int result, String what) {
        return result >= 0 || (result != WAIT && fail(what + " failed: " + Errno.of(result)));
    }

    private boolean fail(String why) {
        failure = why;
        steps.clear();
        note(why);
        return false;
    }

    private void note(String what) {
        machine.note(Trail.Kind.PEER, null, 0, "peer " + number + ": " + what);
    }
}
