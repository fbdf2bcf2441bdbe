package dev.catena.spec.sim;

import static dev.catena.ops.Ops.connect;
import static dev.catena.ops.Ops.open;
import static dev.catena.ops.Ops.read;
import static dev.catena.ops.Ops.recv;
import static dev.catena.ops.Ops.sendAll;

import dev.catena.ops.Buffer;
import dev.catena.ops.OpenFlag;
import dev.catena.proactor.Proactor;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/// A program as a user would write it, for [QuoteClientTest]: asks a server for a quote, and reads a file.
final class QuoteClient {
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private QuoteClient() {}

    /// The server's answer, without the end of its line.
    static String ask(Proactor proactor, SocketAddress server, String symbol) throws IOException {
        return Scope.open(
                proactor,
                ScopeOptions.of("quote").within(PATIENCE),
                scope -> {
                    var socket = scope.await(connect(server));
                    var line = (symbol + "\n").getBytes(StandardCharsets.US_ASCII);
                    var buffer = scope.lease(256);
                    scope.await(sendAll(socket, buffer.put(0, line).first(line.length)));
                    int filled = 0;
                    while (filled == 0 || buffer.get(filled - 1) != '\n') {
                        int received = scope.await(recv(socket, buffer.from(filled)));
                        if (received == 0) {
                            throw new IOException("the server hung up in the middle of a line");
                        }
                        filled += received;
                    }
                    return text(buffer, filled - 1);
                });
    }

    /// A file's text, block by block.
    static String load(Proactor proactor, Path path, int blockBytes) throws IOException {
        return Scope.open(
                proactor,
                scope -> {
                    var file = scope.await(open(path, OpenFlag.READ));
                    var block = scope.lease(blockBytes);
                    var text = new StringBuilder();
                    for (int count;
                            (count = scope.await(read(file, block).at(text.length()))) > 0; ) {
                        text.append(text(block, count));
                    }
                    return text.toString();
                });
    }

    private static String text(Buffer buffer, int count) {
        return new String(buffer.copy(0, count), StandardCharsets.US_ASCII);
    }
}
