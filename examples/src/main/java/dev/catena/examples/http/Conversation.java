package dev.catena.examples.http;

import dev.catena.io.Connection;
import java.io.IOException;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.message.MessageSupport;

/// What is done with a connection: requests are answered in their order until one side wants no more.
final class Conversation {
    private static final String CLOSE = "Connection: close\r\n";
    private static final String KEEP = "Connection: keep-alive\r\n";

    private final Connection connection;
    private final Answers answers;
    private final Limits limits;
    private final Served served;

    Conversation(Connection connection, Answers answers, Limits limits, Served served) {
        this.connection = connection;
        this.answers = answers;
        this.limits = limits;
        this.served = served;
    }

    /// Holds it.
    ///
    /// @throws IOException if the connection breaks
    void hold() throws IOException {
        var requests = new Requests(connection, limits);
        var delivery = new Delivery(connection, limits.block());
        try {
            for (var request = requests.next(); request != null; request = requests.next()) {
                var said = persistence(request);
                var asked = request;
                answers.to(
                        request,
                        connection.scope(),
                        answer -> {
                            boolean bodyless = asked.getMethod().equals("HEAD");
                            delivery.send(answer, answer.head(said), bodyless);
                            served.count(asked, answer, bodyless);
                        });
                if (said.equals(CLOSE)) {
                    break;
                }
            }
        } catch (Problem problem) {
            var answer = Answer.problem(problem.status());
            delivery.send(answer, answer.head(CLOSE), false);
            served.count(problem);
        }
        connection.endOutput();
    }

    /// What the answer says of the connection. One with a body is closed behind its request, since nobody reads that.
    private static String persistence(ClassicHttpRequest request) {
        boolean isOld = request.getVersion() != null && request.getVersion().getMinor() == 0;
        var length = request.getFirstHeader("Content-Length");
        boolean hasBody =
                request.containsHeader("Transfer-Encoding")
                        || (length != null && !length.getValue().equals("0"));
        boolean stays = !isOld;
        for (var each = MessageSupport.iterateTokens(request, "Connection"); each.hasNext(); ) {
            var wish = each.next();
            if (wish.equalsIgnoreCase("close")) {
                return CLOSE;
            }
            stays |= wish.equalsIgnoreCase("keep-alive");
        }
        return hasBody || !stays ? CLOSE : isOld ? KEEP : "";
    }
}
