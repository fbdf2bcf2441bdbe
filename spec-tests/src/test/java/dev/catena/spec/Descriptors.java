package dev.catena.spec;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;

/// The descriptors of this process that could be Catena's: sockets, rings and files, but not what the JVM opens for
/// itself (jars, its module image, the pollers of its own sockets).
public final class Descriptors {
    private static final Path TABLE = Path.of("/proc/self/fd");

    static {
        warmUp();
    }

    private Descriptors() {}

    /// What is open now: number to target.
    public static SortedMap<Integer, String> open() {
        var open = new TreeMap<Integer, String>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(TABLE)) {
            for (var entry : entries) {
                String target;
                try {
                    target = Files.readSymbolicLink(entry).toString();
                } catch (NoSuchFileException alreadyClosed) {
                    continue;
                }
                if (isOurs(target)) {
                    open.put(Integer.parseInt(entry.getFileName().toString()), target);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return open;
    }

    /// What is open now and was not before.
    public static SortedMap<Integer, String> since(SortedMap<Integer, String> before) {
        var now = open();
        now.entrySet().removeAll(before.entrySet());
        return now;
    }

    private static boolean isOurs(String target) {
        return target.startsWith("socket:")
                || target.contains("io_uring")
                || (target.startsWith("/tmp/") && !target.endsWith(".jar"));
    }

    /// Lets the JDK open what it keeps for good: closing its first socket makes it open another.
    private static void warmUp() {
        var any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (var server = ServerSocketChannel.open().bind(any);
                var client = SocketChannel.open(server.getLocalAddress());
                var accepted = server.accept()) {
            accepted.shutdownOutput();
            client.shutdownOutput();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
