package dev.catena.examples.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.catena.scope.Scope;
import java.io.IOException;
import org.apache.hc.core5.http.HttpRequest;

/// Decides what a request is answered with.
final class Answers {
    private static final String INDEX = "index.html";

    private final OpenFiles files;

    Answers(OpenFiles files) {
        this.files = files;
    }

    /// What is done with an answer, while its file is open.
    @FunctionalInterface
    interface Use {
        void with(Answer answer) throws IOException;
    }

    /// Finds the answer to a request, and uses it.
    void to(HttpRequest request, Scope scope, Use use) throws IOException {
        try {
            var target = check(request);
            var file = files.take(target.path());
            try {
                switch (file.type()) {
                    case FILE -> {
                        if (target.asDirectory()) {
                            throw new Problem(Problem.NOT_FOUND);
                        }
                        use.with(ofFile(request, file));
                    }
                    case DIRECTORY -> ofDirectory(request, target, file, scope, use);
                    default -> throw new Problem(Problem.FORBIDDEN);
                }
            } finally {
                files.giveBack(file);
            }
        } catch (Problem problem) {
            use.with(Answer.problem(problem.status()));
        }
    }

    private static Target check(HttpRequest request) throws Problem {
        if (!request.getMethod().equals("GET") && !request.getMethod().equals("HEAD")) {
            throw new Problem(Problem.METHOD_NOT_ALLOWED);
        }
        boolean mayLackHost = request.getVersion() != null && request.getVersion().getMinor() == 0;
        int hosts = request.countHeaders("Host");
        if (hosts > 1 || (hosts == 0 && !mayLackHost)) {
            throw new Problem(Problem.BAD_REQUEST);
        }
        return Target.of(request.getRequestUri())
                .orElseThrow(() -> new Problem(Problem.BAD_REQUEST));
    }

    private void ofDirectory(
            HttpRequest request, Target target, OpenFiles.File directory, Scope scope, Use use)
            throws IOException, Problem {
        if (!target.asDirectory()) {
            var fields = "Location: " + target.written() + "/\r\n";
            use.with(new Answer.InMemory(301, fields, new byte[0]));
            return;
        }
        OpenFiles.File index;
        try {
            index = files.take(target.path().isEmpty() ? INDEX : target.path() + "/" + INDEX);
        } catch (Problem none) {
            if (none.status() != Problem.NOT_FOUND) {
                throw none;
            }
            var place = files.root().listable(directory.fd(), target.path());
            var page = scope.blocking(() -> Listing.of(place, target.path()));
            use.with(
                    new Answer.InMemory(
                            200,
                            "Content-Type: " + MediaTypes.HTML + "\r\n",
                            page.getBytes(UTF_8)));
            return;
        }
        try {
            use.with(ofFile(request, index));
        } finally {
            files.giveBack(index);
        }
    }

    private static Answer ofFile(HttpRequest request, OpenFiles.File file) throws Problem {
        var validators =
                "ETag: "
                        + file.tag()
                        + "\r\nLast-Modified: "
                        + Times.written(file.modified())
                        + "\r\n";
        switch (Conditions.of(request, file)) {
            case HOLD -> {}
            case NOT_MODIFIED -> {
                return new Answer.InMemory(304, validators, new byte[0]);
            }
            case FAILED -> throw new Problem(Problem.PRECONDITION_FAILED);
        }
        var fields =
                validators
                        + "Accept-Ranges: bytes\r\nX-Content-Type-Options: nosniff\r\nContent-Type: "
                        + MediaTypes.of(file.path())
                        + "\r\n";
        return switch (range(request, file)) {
            case ByteRange.Whole _ -> new Answer.FromFile(200, fields, file, 0, file.size());
            case ByteRange.Part(long first, long length) ->
                    new Answer.FromFile(
                            206,
                            fields
                                    + "Content-Range: bytes "
                                    + first
                                    + "-"
                                    + (first + length - 1)
                                    + "/"
                                    + file.size()
                                    + "\r\n",
                            file,
                            first,
                            length);
            case ByteRange.Beyond _ ->
                    new Answer.InMemory(
                            Problem.RANGE_NOT_SATISFIABLE,
                            "Content-Range: bytes */" + file.size() + "\r\n",
                            new byte[0]);
        };
    }

    private static ByteRange range(HttpRequest request, OpenFiles.File file) {
        var asked = request.getFirstHeader("Range");
        return asked == null
                        || !request.getMethod().equals("GET")
                        || !Conditions.allowPart(request, file)
                ? new ByteRange.Whole()
                : ByteRange.of(asked.getValue(), file.size());
    }
}
