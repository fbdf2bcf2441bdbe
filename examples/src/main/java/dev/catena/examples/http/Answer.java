package dev.catena.examples.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

/// What is sent back: a head, and a body that is there already or in a file.
sealed interface Answer {

    /// Its status.
    int status();

    /// The head, as it is sent.
    ///
    /// @param connection what it says of the connection: a `Connection` header, or nothing
    byte[] head(String connection);

    /// How long the body is, in bytes.
    long length();

    /// An answer whose body is in memory.
    ///
    /// @param fields more lines of the head, each with its end
    @SuppressWarnings("ArrayRecordComponent") // nobody compares answers
    record InMemory(int status, String fields, byte[] body) implements Answer {
        @Override
        public byte[] head(String connection) {
            return Answer.head(status, fields, status == 304 ? -1 : body.length, connection);
        }

        @Override
        public long length() {
            return body.length;
        }
    }

    /// An answer whose body is a file or a part of one.
    ///
    /// @param fields more lines of the head, each with its end
    /// @param first where the part begins
    record FromFile(int status, String fields, OpenFiles.File file, long first, long length)
            implements Answer {
        @Override
        public byte[] head(String connection) {
            return Answer.head(status, fields, length, connection);
        }
    }

    /// A page that says what is wrong.
    static Answer problem(int status) {
        var text = status + " " + Problem.name(status);
        var page =
                "<!doctype html><title>"
                        + text
                        + "</title><style>body{font:1.2em system-ui;margin:20vh 10vw}</style><h1>"
                        + text
                        + "</h1>\n";
        var allow = status == Problem.METHOD_NOT_ALLOWED ? "Allow: GET, HEAD\r\n" : "";
        return new InMemory(
                status, allow + "Content-Type: " + MediaTypes.HTML + "\r\n", page.getBytes(UTF_8));
    }

    private static byte[] head(int status, String fields, long length, String connection) {
        var head = new StringBuilder(320);
        head.append("HTTP/1.1 ").append(status).append(' ').append(Problem.name(status));
        head.append("\r\nDate: ").append(Times.now()).append("\r\n");
        if (length >= 0) {
            head.append("Content-Length: ").append(length).append("\r\n");
        }
        return head.append(fields)
                .append(connection)
                .append("\r\n")
                .toString()
                .getBytes(ISO_8859_1);
    }
}
