package dev.catena.proactor;

import dev.catena.ops.*;
import dev.catena.ops.spi.Descriptor;
import java.lang.foreign.Arena;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// One value of each kind of operation, and of each variant that a driver may lack: to be asked about, not to be run.
final class EachOperation {
    /// A kind of operation, or a variant of one.
    ///
    /// @param name as one would write it
    /// @param op a value of it
    record Kind(String name, Op<?> op) {}

    private static final Fd FD = new Descriptor(0, "nobody's descriptors");
    private static final Fd SLOT = Descriptor.slot(0, "nobody's descriptors");
    private static final Path PATH = Path.of("any");

    private EachOperation() {}

    static List<Kind> kinds() {
        var buffer = Buffer.of(Arena.ofAuto().allocate(4, 4));
        var buffers = List.of(buffer);
        var address = UnixDomainSocketAddress.of(PATH);
        var id = new OperationId(1);
        var soon = new Bound.After(Duration.ZERO);
        return List.of(
                kind("accept", Ops.accept(FD)),
                kind("acceptEach", Ops.acceptEach(FD)),
                kind("advise", Ops.advise(FD, Advise.Advice.NORMAL, 0, 0)),
                kind("bind", Ops.bind(FD, address)),
                kind("cancel", Ops.cancel(id)),
                kind("close", Ops.close(FD)),
                kind("connect", Ops.connect(FD, address)),
                kind("fallocate", Ops.fallocate(FD, Fallocate.How.ALLOCATE, 0, 1)),
                kind("fsync", Ops.fsync(FD)),
                kind("futexWait", Ops.futexWait(buffer, 0)),
                kind("futexWake", Ops.futexWake(buffer, 1)),
                kind("getSocketOption", Ops.getSocketOption(FD, SocketOption.KEEP_ALIVE)),
                kind("hardLink", Ops.hardLink(PATH, PATH)),
                kind("linkTimeout", Ops.linkTimeout(Duration.ZERO)),
                kind("listen", Ops.listen(FD, 1)),
                kind("makeDirectory", Ops.makeDirectory(PATH)),
                kind("messageRing", Ops.messageRing(FD, 0)),
                kind("nop", Ops.nop()),
                kind("open", Ops.open(PATH, OpenFlag.READ)),
                kind(
                        "open, APPEND to READ_WRITE",
                        Ops.open(PATH, OpenFlag.READ_WRITE, OpenFlag.APPEND)),
                kind("open, DIRECT", Ops.open(PATH, OpenFlag.READ, OpenFlag.DIRECT)),
                kind("open, mode over 0777", Ops.open(PATH, OpenFlag.WRITE).mode(01777)),
                kind(
                        "open, resolve",
                        Ops.open(PATH, OpenFlag.READ).in(FD).resolve(Resolve.BENEATH)),
                kind("open.into", Ops.open(PATH, OpenFlag.READ).into(SLOT)),
                kind("pipe", Ops.pipe()),
                kind("poll", Ops.poll(FD, PollEvent.READABLE)),
                kind("poll, other than READABLE and WRITABLE", Ops.poll(FD, PollEvent.HANG_UP)),
                kind("pollEach", Ops.pollEach(FD, PollEvent.READABLE)),
                kind("read", Ops.read(FD, buffer)),
                kind("read, several regions", Ops.read(FD, buffers)),
                kind("recv", Ops.recv(FD, buffer)),
                kind("recvEach", Ops.recvEach(FD)),
                kind("recvMsg", Ops.recvMsg(FD, buffer)),
                kind("recvMsg, descriptors", Ops.recvMsg(FD, buffer).descriptors(1)),
                kind("rename", Ops.rename(PATH, PATH)),
                kind("rename, EXCHANGE", Ops.rename(PATH, PATH, Rename.How.EXCHANGE)),
                kind("send", Ops.send(FD, buffer)),
                kind("sendMsg", Ops.sendMsg(FD, buffer)),
                kind("sendMsg, descriptors", Ops.sendMsg(FD, buffer).with(List.of(FD))),
                kind("sendZeroCopy", Ops.sendZeroCopy(FD, buffer)),
                kind("setSocketOption", Ops.setSocketOption(FD, SocketOption.KEEP_ALIVE, 1)),
                kind("shutdown", Ops.shutdown(FD, Shutdown.Direction.BOTH)),
                kind("socket", Ops.socket(AddressFamily.INET, SocketType.STREAM)),
                kind("socket, UNIX datagrams", Ops.socket(AddressFamily.UNIX, SocketType.DATAGRAM)),
                kind("localAddress, peerAddress", Ops.localAddress(FD)),
                kind("splice", Ops.splice(FD, FD, 1)),
                kind("status", Ops.status(PATH)),
                kind("symbolicLink", Ops.symbolicLink(PATH, PATH)),
                kind("tee", Ops.tee(FD, FD, 1)),
                kind("timeout", new Timeout(soon, 0, Clock.MONOTONIC)),
                kind("timeout by BOOTTIME", new Timeout(soon, 0, Clock.BOOTTIME)),
                kind("truncate", Ops.truncate(FD, 0)),
                kind("unlink, removeDirectory", Ops.unlink(PATH)),
                kind("updateTimeout", new UpdateTimeout(id, soon)),
                kind("waitProcess", new WaitProcess(1, true)),
                kind("write", Ops.write(FD, buffer)),
                kind("write, several regions", Ops.write(FD, buffers)));
    }

    private static Kind kind(String name, Op<?> op) {
        return new Kind(name, op);
    }
}
