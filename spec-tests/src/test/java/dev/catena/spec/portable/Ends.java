package dev.catena.spec.portable;

import static dev.catena.spec.portable.RawDriver.ANY_PORT;

import dev.catena.ops.Accept;
import dev.catena.ops.AddressFamily;
import dev.catena.ops.Bind;
import dev.catena.ops.Connect;
import dev.catena.ops.Fd;
import dev.catena.ops.Listen;
import dev.catena.ops.Pipe;
import dev.catena.ops.Socket;
import dev.catena.ops.SocketType;
import dev.catena.proactor.driver.Payload;

/// Two ends of a connection or a pipe, for a raw driver.
///
/// @param near one end; of a pipe that for reading
/// @param far the other end
record Ends(Fd near, Fd far) {

    static Fd listener(RawDriver driver) {
        var listener = driver.made(new Socket(AddressFamily.INET, SocketType.STREAM));
        driver.result(new Bind(listener, ANY_PORT));
        driver.result(new Listen(listener, 16));
        return listener;
    }

    static Ends connected(RawDriver driver) {
        var listener = listener(driver);
        var near = driver.made(new Socket(AddressFamily.INET, SocketType.STREAM));
        driver.result(new Connect(near, driver.address(listener)));
        return new Ends(near, driver.made(new Accept(listener)));
    }

    static Ends ofPipe(RawDriver driver) {
        var ends = driver.payload(new Pipe(), Payload.Ends.class);
        return new Ends(driver.fd(ends.reading()), driver.fd(ends.writing()));
    }
}
