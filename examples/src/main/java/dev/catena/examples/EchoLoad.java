package dev.catena.examples;

import dev.catena.examples.program.ProgramException;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `examples/run echo-load --port N`: holds connections to an echo server and plays ping-pong on all of them.
///
/// It shares nothing with the server: it uses the JDK's sockets on the JDK's threads. All connections are made before the
/// first message is sent, and stay open until the last has come back. Any byte that comes back different, and any
/// connection that fails, makes it fail.
@Command(
        name = "echo-load",
        hidden = true,
        description = "Puts a load on an echo server, and checks every byte.",
        footer = {
            "",
            "Example: examples/run echo-load --port 7000 --connections 1000 --seconds 30"
        })
final class EchoLoad implements Callable<Integer> {
    private static final int TIMEOUT_MILLIS = 10_000;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--port", required = true, description = "The server's port, on 127.0.0.1.")
    private int port;

    @Option(
            names = "--connections",
            defaultValue = "1000",
            description = "Connections to hold (default: ${DEFAULT-VALUE}).")
    private int connections;

    @Option(
            names = "--size",
            defaultValue = "64",
            description = "Bytes in a message (default: ${DEFAULT-VALUE}).")
    private int messageBytes;

    @Option(
            names = "--seconds",
            defaultValue = "30",
            description = "How long to play (default: ${DEFAULT-VALUE}).")
    private int seconds;

    private final AtomicLong roundTrips = new AtomicLong();
    private final AtomicLong slowestNanos = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private final AtomicReference<@Nullable Exception> firstFailure = new AtomicReference<>();

    @Override
    public Integer call() throws ProgramException, InterruptedException {
        var connected = new CountDownLatch(connections);
        var players = new ArrayList<Thread>(connections);
        for (int i = 0; i < connections; i++) {
            players.add(Thread.startVirtualThread(() -> play(connected)));
        }
        for (var player : players) {
            player.join();
        }
        spec.commandLine()
                .getOut()
                .println(
                        String.format(
                                Locale.ROOT,
                                "%,d connections for %d s: %,d round trips of %d bytes, all equal; the slowest took %.1f ms; %,d failed",
                                connections,
                                seconds,
                                roundTrips.get(),
                                messageBytes,
                                slowestNanos.get() / 1e6,
                                failures.get()));
        var failure = firstFailure.get();
        if (failure != null) {
            throw new ProgramException("the first failure: " + failure);
        }
        return 0;
    }

    private void play(CountDownLatch connected) {
        try (var socket = new Socket()) {
            try {
                socket.connect(
                        new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port),
                        TIMEOUT_MILLIS);
                socket.setTcpNoDelay(true);
                socket.setSoTimeout(TIMEOUT_MILLIS);
            } finally {
                connected.countDown();
            }
            connected.await();
            pingPong(socket);
        } catch (IOException | InterruptedException e) {
            failures.incrementAndGet();
            firstFailure.compareAndSet(null, e);
        }
    }

    private void pingPong(Socket socket) throws IOException {
        var input = new DataInputStream(socket.getInputStream());
        var output = socket.getOutputStream();
        var random = new Random(ThreadLocalRandom.current().nextLong());
        var sent = new byte[messageBytes];
        var received = new byte[messageBytes];
        long start = System.nanoTime();
        long lengthNanos = TimeUnit.SECONDS.toNanos(seconds);
        for (long at = start; at - start < lengthNanos; ) {
            random.nextBytes(sent);
            output.write(sent);
            input.readFully(received);
            if (!Arrays.equals(sent, received)) {
                throw new IOException("what came back is not what was sent");
            }
            long now = System.nanoTime();
            slowestNanos.accumulateAndGet(now - at, Math::max);
            roundTrips.incrementAndGet();
            at = now;
        }
    }
}
