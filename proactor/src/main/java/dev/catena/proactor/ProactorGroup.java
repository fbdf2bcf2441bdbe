package dev.catena.proactor;

import dev.catena.proactor.loop.EventLoop;
import dev.catena.proactor.uring.Affinity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// Several loops that work side by side, each a [Proactor] with a thread and a ring of its own. They share nothing: a scope, and all
/// that is in it, stays on its loop.
///
/// `Scope.onEach(group, …)` runs a scope on each. Connections are spread by listeners on one address
/// (`Ops.listen(address, REUSE_PORT)` on each loop), among which the kernel chooses; loops talk through `Mailbox`es.
///
/// All methods may be called from any thread.
public final class ProactorGroup implements AutoCloseable {
    private final List<Proactor> proactors;
    private final AtomicInteger turn = new AtomicInteger();

    private ProactorGroup(List<Proactor> proactors) {
        this.proactors = List.copyOf(proactors);
    }

    /// A loop for each processor that the process may use, pinned to it where threads can be pinned, with the default settings.
    ///
    /// @throws RingUnavailableException if io_uring is demanded (`-Dcatena.driver=uring`) and no ring can be made
    public static ProactorGroup open() {
        int loops = Runtime.getRuntime().availableProcessors();
        if (!Affinity.isKnown()) {
            return open(loops, ProactorGroup::named);
        }
        var processors = Affinity.allowed().stream().toArray();
        return open(
                Math.min(loops, processors.length),
                number -> named(number).pin(processors[number]));
    }

    private static ProactorBuilder named(int number) {
        return Proactor.builder().name("catena-" + number);
    }

    /// So many loops, each with its own settings.
    ///
    /// @param loops how many, at least 1
    /// @param settings gives those of each, by its number from 0
    /// @throws RingUnavailableException if io_uring is demanded and no ring can be made; none is left open then
    public static ProactorGroup open(int loops, IntFunction<ProactorBuilder> settings) {
        if (loops < 1) {
            throw new IllegalArgumentException("a group has at least 1 loop: " + loops);
        }
        var opened = new ArrayList<Proactor>();
        try {
            for (int number = 0; number < loops; number++) {
                opened.add(settings.apply(number).open());
            }
        } catch (RuntimeException | Error failed) {
            for (var proactor : opened) {
                try {
                    proactor.close();
                } catch (RuntimeException | Error another) {
                    failed.addSuppressed(another);
                }
            }
            throw failed;
        }
        return new ProactorGroup(opened);
    }

    /// Its loops, in the order of their numbers.
    public List<Proactor> proactors() {
        return proactors;
    }

    /// How many there are.
    public int size() {
        return proactors.size();
    }

    /// One after the other, around and around: for work that may go anywhere.
    public Proactor next() {
        return proactors.get(Math.floorMod(turn.getAndIncrement(), proactors.size()));
    }

    /// Closes all loops, at the same time, each as [Proactor#close()] does.
    @Override
    public void close() {
        close(Duration.ZERO);
    }

    /// Closes all loops, at the same time, each as [Proactor#close(Duration)] does: gracefully for so long, and then hard.
    ///
    /// @return whether everything on all of them had ended by itself in time
    /// @throws IllegalStateException when called on one of the loops, and nothing is closed then; or if one has died, and the others
    /// are closed then
    public boolean close(Duration grace) {
        for (var proactor : proactors) {
            if (proactor instanceof EventLoop loop && loop.isWaitedFor()) {
                throw new IllegalStateException(
                        "a group cannot be closed from one of its own loops, which it would wait for");
            }
        }
        var closings = proactors.stream().map(proactor -> new Closing(proactor, grace)).toList();
        closings.forEach(Closing::join);
        RuntimeException first = null;
        boolean byThemselves = true;
        for (var closing : closings) {
            byThemselves &= closing.byItself;
            if (first == null) {
                first = closing.failure;
            } else if (closing.failure != null) {
                first.addSuppressed(closing.failure);
            }
        }
        if (first != null) {
            throw first;
        }
        return byThemselves;
    }

    /// The closing of one loop, on a thread of its own.
    private static final class Closing {
        private final Thread thread;

        // written by the thread, read when it has ended
        private boolean byItself;
        private @Nullable RuntimeException failure;

        Closing(Proactor proactor, Duration grace) {
            thread = Thread.ofPlatform().name("catena-close").start(() -> close(proactor, grace));
        }

        private void close(Proactor proactor, Duration grace) {
            try {
                byItself = proactor.close(grace);
            } catch (RuntimeException thrown) { // it is thrown again, by the thread that waits
                failure = thrown;
            }
        }

        /// Waits; an interrupt does not cut it short, and is there again afterwards.
        void join() {
            boolean interrupted = false;
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public String toString() {
        return "a group of " + proactors.size() + " loops, " + proactors.getFirst().driver();
    }
}
