package dev.catena.spec.ecosystem;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.bson.BsonBinaryReader;
import org.bson.BsonBinaryWriter;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.codecs.BsonDocumentCodec;
import org.bson.codecs.DecoderContext;
import org.bson.codecs.EncoderContext;
import org.bson.io.BasicOutputBuffer;

/// As much of a MongoDB server as a driver needs to connect and to be answered: it says hello, and yes to everything else.
final class MongoServer implements AutoCloseable {
    private static final int OP_REPLY = 1;
    private static final int OP_QUERY = 2004;
    private static final int OP_MSG = 2013;
    private static final int HEADER_BYTES = 16;

    private final ServerSocket listener;

    private MongoServer(ServerSocket listener) {
        this.listener = listener;
    }

    static MongoServer start() throws IOException {
        var server = new MongoServer(new ServerSocket(0, 16, InetAddress.getLoopbackAddress()));
        Thread.ofPlatform().daemon().name("mongo").start(server::accept);
        return server;
    }

    int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                var socket = listener.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (SocketException closed) {
            return;
        } catch (IOException e) {
            throw new IllegalStateException("the listener failed", e);
        }
    }

    private static void serve(Socket socket) {
        try (socket) {
            var in = new DataInputStream(socket.getInputStream());
            while (true) {
                var header = read(in, HEADER_BYTES);
                var body = read(in, header.getInt(0) - HEADER_BYTES);
                int opcode = header.getInt(12);
                socket.getOutputStream()
                        .write(reply(opcode, header.getInt(4), command(opcode, body)));
            }
        } catch (EOFException | SocketException gone) {
            return;
        } catch (IOException e) {
            throw new IllegalStateException("a client could not be served", e);
        }
    }

    private static ByteBuffer read(DataInputStream in, int size) throws IOException {
        var bytes = new byte[size];
        in.readFully(bytes);
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static BsonDocument command(int opcode, ByteBuffer body) {
        body.position(4); // flags
        if (opcode == OP_QUERY) {
            while (body.get() != 0) {} // the collection's name
            body.position(body.position() + 8); // skip, and how many
        } else {
            body.get(); // the kind of the section: a body
        }
        try (var reader = new BsonBinaryReader(body.slice().order(ByteOrder.LITTLE_ENDIAN))) {
            return new BsonDocumentCodec().decode(reader, DecoderContext.builder().build());
        }
    }

    private static byte[] reply(int opcode, int to, BsonDocument command) {
        var first = command.getFirstKey();
        var answer = new BsonDocument("ok", new BsonDouble(1));
        if (first.equalsIgnoreCase("hello") || first.equalsIgnoreCase("ismaster")) {
            answer.append("helloOk", BsonBoolean.TRUE)
                    .append("ismaster", BsonBoolean.TRUE)
                    .append("isWritablePrimary", BsonBoolean.TRUE)
                    .append("maxBsonObjectSize", new BsonInt32(16 << 20))
                    .append("maxMessageSizeBytes", new BsonInt32(48_000_000))
                    .append("maxWriteBatchSize", new BsonInt32(100_000))
                    .append("minWireVersion", new BsonInt32(0))
                    .append("maxWireVersion", new BsonInt32(21));
        }
        var bytes = encode(answer);
        boolean query = opcode == OP_QUERY;
        int size = HEADER_BYTES + (query ? 20 : 5) + bytes.length;
        var message = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        message.putInt(size).putInt(1).putInt(to).putInt(query ? OP_REPLY : OP_MSG);
        message.putInt(0);
        if (query) {
            message.putLong(0).putInt(0).putInt(1);
        } else {
            message.put((byte) 0);
        }
        return message.put(bytes).array();
    }

    private static byte[] encode(BsonDocument document) {
        try (var buffer = new BasicOutputBuffer();
                var writer = new BsonBinaryWriter(buffer)) {
            new BsonDocumentCodec().encode(writer, document, EncoderContext.builder().build());
            return buffer.toByteArray();
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
