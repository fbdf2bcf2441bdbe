package dev.catena.io;

import dev.catena.ops.Fd;
import dev.catena.ops.OperationCancelledException;
import dev.catena.ops.Ops;
import dev.catena.scope.Joining;
import dev.catena.scope.Scope;
import dev.catena.scope.ScopeOptions;
import dev.catena.scope.Task;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One connection to whichever address of a host answers first (RFC 8305, section 5).
///
/// Each attempt is a scope of its own in a race of scopes. It begins when the one before it has failed or has had its head start; the
/// first to connect moves its socket out of its scope, and what the others have is closed with theirs.
final class HappyEyeballs {
    private final Scope scope;
    private final List<InetSocketAddress> addresses;
    private final TcpOptions options;

    // opened when an attempt is to begin before its head start is over
    private final List<Gate> starts = new ArrayList<>();
    private final IOException[] failures;
    private @Nullable Fd winner;

    HappyEyeballs(Scope scope, List<InetSocketAddress> addresses, TcpOptions options) {
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("there is no address to connect to");
        }
        this.scope = scope;
        this.addresses = addresses;
        this.options = options;
        this.failures = new IOException[addresses.size()];
        addresses.forEach(_ -> starts.add(new Gate()));
    }

    /// The order in which to try: the resolver's, but the two families by turns (section 4).
    static List<InetSocketAddress> order(InetAddress[] resolved, int port) {
        var first = new ArrayList<InetSocketAddress>();
        var second = new ArrayList<InetSocketAddress>();
        boolean firstIsV6 = resolved[0] instanceof Inet6Address;
        for (var address : resolved) {
            boolean isFirst = address instanceof Inet6Address == firstIsV6;
            (isFirst ? first : second).add(new InetSocketAddress(address, port));
        }
        var order = new ArrayList<InetSocketAddress>();
        for (int i = 0; i < Math.max(first.size(), second.size()); i++) {
            if (i < first.size()) {
                order.add(first.get(i));
            }
            if (i < second.size()) {
                order.add(second.get(i));
            }
        }
        return order;
    }

    /// A connected socket of the scope.
    Fd connect() throws IOException {
        try {
            return scope.child(
                    ScopeOptions.of("connect " + addresses).joining(Joining.FIRST_SUCCESS),
                    this::race);
        } catch (IOException failure) {
            throw together(failure);
        }
    }

    private Fd race(Scope race) throws IOException {
        var attempts = new ArrayList<Task<Fd>>();
        for (int i = 0; i < addresses.size(); i++) {
            int number = i;
            attempts.add(race.fork(() -> attempt(race, number)));
        }
        race.join();
        var socket = winner();
        return socket != null
                ? socket
                : attempts.getFirst().await(); // they were cut short: it says by what
    }

    private synchronized @Nullable Fd winner() {
        return winner;
    }

    private Fd attempt(Scope race, int number) throws IOException {
        try {
            return race.child(
                    ScopeOptions.of("connect " + addresses.get(number)),
                    inner -> {
                        // each waits for those before it, too: the head starts add up
                        starts.get(number).await(inner, options.headStart().multipliedBy(number));
                        return won(inner.await(Ops.connect(addresses.get(number))));
                    });
        } catch (IOException e) {
            failures[number] = e;
            if (number + 1 < starts.size()) {
                starts.get(number + 1).open();
            }
            throw e;
        }
    }

    /// The first to come here has won; a second one's socket stays in its scope, which closes it.
    private synchronized Fd won(Fd socket) {
        if (winner != null) {
            throw new OperationCancelledException("another address was faster");
        }
        winner = scope.adopt(socket);
        return winner;
    }

    /// What the attempts failed with; what the race failed with if none did, as when its time was up before the first began.
    private IOException together(IOException ofTheRace) {
        IOException first = null;
        for (var failure : failures) {
            if (first == null) {
                first = failure;
            } else if (failure != null) {
                first.addSuppressed(failure);
            }
        }
        return first == null ? ofTheRace : first;
    }
}
