package dev.catena.spec.sim;

import dev.catena.ops.Accept;
import dev.catena.ops.AddressFamily;
import dev.catena.ops.Bind;
import dev.catena.ops.Buffer;
import dev.catena.ops.Cancel;
import dev.catena.ops.Close;
import dev.catena.ops.Connect;
import dev.catena.ops.Fd;
import dev.catena.ops.Listen;
import dev.catena.ops.Op;
import dev.catena.ops.Open;
import dev.catena.ops.OpenFlag;
import dev.catena.ops.Pipe;
import dev.catena.ops.Read;
import dev.catena.ops.Recv;
import dev.catena.ops.Shutdown;
import dev.catena.ops.Socket;
import dev.catena.ops.SocketName;
import dev.catena.ops.SocketType;
import dev.catena.ops.Unlink;
import dev.catena.ops.Write;
import dev.catena.ops.spi.Descriptor;
import dev.catena.proactor.driver.Driver;
import dev.catena.proactor.driver.Payload;
import dev.catena.spec.sim.Program.Place;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntUnaryOperator;

/// Where a [Program] runs: two pipes, a file of 100 bytes and a TCP connection, the same on every kernel.
final class World {
    private static final int FILE_BYTES = 100;
    private static final long TOKEN = 1L << 61;
    private static final int ROOM = 65_536;
    private static final long PATIENCE_NANOS = 1_000_000_000;

    private final Map<Place, Fd> places = new EnumMap<>(Place.class);
    private final Buffer room = Buffer.of(Arena.ofAuto().allocate(ROOM, 8));
    private int result;
    private boolean done;

    /// Makes one.
    ///
    /// @param path where the file may be made; it has no name from then on
    /// @param renumber what gives a descriptor its final number
    World(Driver driver, Path path, IntUnaryOperator renumber) {
        IntUnaryOperator number = renumber;
        pipe(driver, Place.PIPE_OUT, Place.PIPE_IN, number);
        pipe(driver, Place.OTHER_OUT, Place.OTHER_IN, number);
        var file =
                put(
                        Place.FILE,
                        driver,
                        number.applyAsInt(
                                result(
                                        driver,
                                        new Open(
                                                null,
                                                path,
                                                Set.of(OpenFlag.READ_WRITE, OpenFlag.CREATE),
                                                Set.of(),
                                                0600))));
        for (int i = 0; i < FILE_BYTES; i++) {
            room.set(i, (byte) i);
        }
        result(driver, new Write(file, room.first(FILE_BYTES), 0));
        result(driver, new Unlink(path, false));
        connect(driver, number);
    }

    private void pipe(Driver driver, Place out, Place in, IntUnaryOperator renumber) {
        driver.push(new Pipe(), 0, TOKEN, 0);
        done = false;
        var ends = new ArrayList<Integer>();
        while (!done) {
            driver.await(Long.MAX_VALUE);
            driver.reap(
                    (token, _, _) -> {
                        var made = (Payload.Ends) driver.payload(token);
                        driver.ended(token);
                        ends.addAll(List.of(made.reading(), made.writing()));
                        done = true;
                    });
        }
        put(out, driver, renumber.applyAsInt(ends.get(0)));
        put(in, driver, renumber.applyAsInt(ends.get(1)));
    }

    private void connect(Driver driver, IntUnaryOperator renumber) {
        var listener =
                new Descriptor(
                        result(driver, new Socket(AddressFamily.INET, SocketType.STREAM)),
                        driver.table());
        result(
                driver,
                new Bind(listener, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
        result(driver, new Listen(listener, 4));
        driver.push(new SocketName(listener, SocketName.Side.LOCAL), 0, TOKEN, 0);
        var address = new ArrayList<java.net.SocketAddress>();
        while (address.isEmpty()) {
            driver.await(Long.MAX_VALUE);
            driver.reap(
                    (token, _, _) -> {
                        address.add(((Payload.Address) driver.payload(token)).address());
                        driver.ended(token);
                    });
        }
        int near = result(driver, new Socket(AddressFamily.INET, SocketType.STREAM));
        var connecting = put(Place.NEAR, driver, renumber.applyAsInt(near));
        result(driver, new Connect(connecting, address.getFirst()));
        put(Place.FAR, driver, renumber.applyAsInt(result(driver, new Accept(listener))));
        result(driver, new Close(listener));
    }

    private Fd put(Place place, Driver driver, int number) {
        if (number < 0) {
            throw new IllegalStateException(place + " could not be made: " + number);
        }
        var fd = new Descriptor(number, driver.table());
        places.put(place, fd);
        return fd;
    }

    Fd fd(Place place) {
        return places.get(place);
    }

    /// What is left in it; it is gone then.
    List<String> leftovers(Driver driver) {
        var left = new ArrayList<String>();
        left.add("file " + hash(result(driver, new Read(fd(Place.FILE), room, 0))));
        for (var pipe : List.of(Place.PIPE_IN, Place.OTHER_IN)) {
            result(driver, new Close(fd(pipe)));
        }
        for (var pipe : List.of(Place.PIPE_OUT, Place.OTHER_OUT)) {
            left.add("pipe " + hash(result(driver, new Read(fd(pipe), room, -1))));
            result(driver, new Close(fd(pipe)));
        }
        result(driver, new Close(fd(Place.FILE)));
        for (var socket : List.of(Place.NEAR, Place.FAR)) {
            result(driver, new Shutdown(fd(socket), Shutdown.Direction.WRITE));
        }
        for (var socket : List.of(Place.NEAR, Place.FAR)) {
            left.add("socket " + received(driver, socket));
        }
        for (var socket : List.of(Place.NEAR, Place.FAR)) {
            result(driver, new Close(fd(socket)));
        }
        return left;
    }

    /// All bytes there are; how many at a time is not the same on every kernel.
    private String received(Driver driver, Place socket) {
        int filled = 0;
        int received = 1;
        while (received > 0 && filled < ROOM) {
            received = result(driver, new Recv(fd(socket), room.from(filled), false));
            filled += Math.max(0, received);
        }
        return filled > 0 ? hash(filled) : String.valueOf(received);
    }

    private String hash(int size) {
        return size > 0 ? size + ":" + Arrays.hashCode(room.copy(0, size)) : String.valueOf(size);
    }

    private int result(Driver driver, Op<?> op) {
        driver.push(op, dev.catena.ops.Sqe.flagsOf(op), TOKEN, driver.nanoTime());
        done = false;
        long giveUp = driver.nanoTime() + PATIENCE_NANOS;
        while (!done) {
            driver.await(PATIENCE_NANOS);
            if (driver.nanoTime()
                    >= giveUp) { // it waits for what does not come: that is a result, too
                driver.push(
                        new Cancel(new Cancel.Target.Everything()),
                        0,
                        TOKEN + 1,
                        driver.nanoTime());
                giveUp += PATIENCE_NANOS;
            }
            driver.reap(
                    (token, its, _) -> {
                        if (token == TOKEN) {
                            result = its;
                            done = true;
                            driver.ended(token);
                        }
                    });
        }
        return result;
    }
}
