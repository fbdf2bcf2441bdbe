package dev.catena.spec.sim;

import dev.catena.ops.Accept;
import dev.catena.ops.Bound;
import dev.catena.ops.Buffer;
import dev.catena.ops.Cancel;
import dev.catena.ops.Clock;
import dev.catena.ops.Close;
import dev.catena.ops.Fd;
import dev.catena.ops.Fsync;
import dev.catena.ops.LinkTimeout;
import dev.catena.ops.Nop;
import dev.catena.ops.Op;
import dev.catena.ops.OperationId;
import dev.catena.ops.Poll;
import dev.catena.ops.PollEvent;
import dev.catena.ops.Read;
import dev.catena.ops.Recv;
import dev.catena.ops.Send;
import dev.catena.ops.SendZeroCopy;
import dev.catena.ops.Shutdown;
import dev.catena.ops.Splice;
import dev.catena.ops.Status;
import dev.catena.ops.Tee;
import dev.catena.ops.Timeout;
import dev.catena.ops.Truncate;
import dev.catena.ops.UpdateTimeout;
import dev.catena.ops.Write;
import dev.catena.proactor.driver.Driver;
import dev.catena.spec.sim.Program.Entry;
import dev.catena.spec.sim.Program.Place;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;

/// One run of a [Program] on a driver, in a world of its own, and what came of it in words that two kernels can be compared
/// by: for each entry its results, and what is left in the files at the end.
///
/// A real kernel is not asked to be done in a certain time: where the program settles, as many completions are waited for
/// as the model says there will be, and if fewer come, what has come is what is compared.
final class Trial {
    private static final Duration[] TIMES = {
        Duration.ofMillis(1), Duration.ofMillis(4), Duration.ofSeconds(60)
    };
    private static final long SETTLE_NANOS = 40_000_000;
    private static final long PATIENCE_NANOS = 500_000_000;
    private static final int CANCELS = 200;
    private static final long OWN = 1L << 20;

    private final Driver driver;
    private final World world;
    private final Program program;
    private final List<Entry> entries;
    private final long base;

    // how many completions the model has had at each point where it waited; null for the model
    // itself
    private final List<Integer> expected;

    private final boolean isModel;
    private final List<Integer> counts = new ArrayList<>();

    private final List<StringBuilder> results = new ArrayList<>();
    private final List<Buffer> buffers = new ArrayList<>();
    private final List<Op<?>> ops = new ArrayList<>();
    private int completed;
    private int ownResult;
    private boolean ownDone;
    private boolean isClean = true;

    private Trial(
            Driver driver,
            World world,
            Program program,
            long serial,
            List<Integer> expected,
            boolean isModel) {
        this.driver = driver;
        this.world = world;
        this.program = program;
        this.entries = program.entries();
        this.base = serial << 32;
        this.expected = expected;
        this.isModel = isModel;
    }

    /// What came of a run.
    ///
    /// @param outcome to be compared
    /// @param counts of completions at each point where it waited
    /// @param isClean whether nothing can be in flight any more
    record Ran(List<String> outcome, List<Integer> counts, boolean isClean) {}

    /// Runs a program on the model.
    ///
    /// @param expected where it goes on as soon as there are so many completions, as on a real kernel; null to let a time
    ///     pass at each point where it waits
    static Ran onModel(Driver driver, World world, Program program, List<Integer> expected) {
        return new Trial(driver, world, program, 1, expected, true).run();
    }

    /// Runs a program on a real kernel's driver, which has nothing in flight.
    ///
    /// @param serial a number that no other run on this driver has
    /// @param expected the counts of the model
    static Ran onKernel(
            Driver driver, World world, Program program, long serial, List<Integer> expected) {
        return new Trial(driver, world, program, serial, expected, false).run();
    }

    private Ran run() {
        perform();
        var outcome = new ArrayList<String>();
        results.forEach(result -> outcome.add(result.toString()));
        outcome.addAll(world.leftovers(driver));
        return new Ran(outcome, counts, isClean);
    }

    private void perform() {
        int next = 0;
        for (var step : program.steps()) {
            switch (step) {
                case Entry entry -> {
                    results.add(new StringBuilder());
                    buffers.add(buffer(entry, next));
                    ops.add(op(entry, next));
                    driver.push(
                            ops.get(next),
                            entry.flags() | dev.catena.ops.Sqe.flagsOf(ops.get(next)),
                            base + next + 1,
                            driver.nanoTime());
                    next++;
                }
                case Program.Submit(var settles) -> {
                    driver.submit();
                    look();
                    if (settles) {
                        settle();
                    }
                }
            }
        }
        driver.submit();
        look();
        settle();
        cancelTheRest();
        for (int i = 0; i < next; i++) {
            if (results.get(i).isEmpty()) {
                driver.ended(base + i + 1);
            }
        }
    }

    // ---------------------------------------------------------------- waiting

    private void look() {
        driver.await(0);
        driver.reap(this::completed);
    }

    private void settle() {
        look();
        if (expected == null) {
            passTime(SETTLE_NANOS);
        } else {
            awaitCount();
        }
        counts.add(completed);
    }

    private void passTime(long nanos) {
        long until = driver.nanoTime() + nanos;
        while (driver.nanoTime() < until) {
            driver.await(until - driver.nanoTime());
            driver.reap(this::completed);
        }
    }

    private void awaitCount() {
        int due = expected.get(Math.min(counts.size(), expected.size() - 1));
        long giveUp = driver.nanoTime() + PATIENCE_NANOS;
        while (completed < due && driver.nanoTime() < giveUp) {
            driver.await(10_000_000);
            driver.reap(this::completed);
        }
        look();
    }

    /// Cancels until nothing is found any more, and nothing more comes that should.
    private void cancelTheRest() {
        for (int tries = 0, idle = 0; expected != null && tries < CANCELS && idle < 2; tries++) {
            cancelEverything(tries);
            look();
            boolean isDue = completed < expected.getLast();
            if (isDue && tries > 1) {
                driver.await(2_000_000);
                driver.reap(this::completed);
            }
            boolean isIdle = ownDone && ownResult <= 0;
            idle = isIdle && (!isDue || tries > 50) ? idle + 1 : 0;
        }
        for (int tries = 0, idle = 0; isModel && tries < CANCELS && idle < 3; tries++) {
            cancelEverything(CANCELS + tries);
            passTime(10 * SETTLE_NANOS);
            idle = ownDone && ownResult <= 0 ? idle + 1 : 0;
        }
        counts.add(completed);
        isClean = expected == null || completed == expected.getLast();
    }

    private void cancelEverything(int number) {
        ownDone = false;
        driver.push(new Cancel(new Cancel.Target.Everything()), 0, base + OWN + number, 0);
        long giveUp = driver.nanoTime() + PATIENCE_NANOS;
        while (!ownDone && driver.nanoTime() < giveUp) {
            driver.await(10_000_000);
            driver.reap(this::completed);
        }
    }

    private void completed(long token, int result, int flags) {
        if (token >= base + OWN) {
            ownResult = result;
            ownDone = true;
            return;
        }
        int entry = (int) (token - base) - 1;
        if (entry < 0 || entry >= results.size()) {
            throw new IllegalStateException("a completion of another program: " + token);
        }
        boolean more = (flags & Driver.MORE) != 0;
        boolean notifies = (flags & Driver.NOTIFICATION) != 0;
        var words = results.get(entry);
        words.append(words.isEmpty() ? "" : " ")
                .append(notifies ? "notified" : word(entry, result))
                .append(more ? "+" : "");
        if (!more) {
            completed++;
            driver.ended(token);
        }
    }

    private String word(int entry, int result) {
        boolean received =
                switch (entries.get(entry).action()) {
                    case READ, RECV, RECV_ALL -> result > 0;
                    default -> false;
                };
        return received
                ? result + ":" + Arrays.hashCode(buffers.get(entry).copy(0, result))
                : String.valueOf(result);
    }

    // ---------------------------------------------------------------- entries

    private static Buffer buffer(Entry entry, int number) {
        int size = Math.max(8, entry.size());
        var buffer = Buffer.of(java.lang.foreign.Arena.ofAuto().allocate(size, 8));
        for (int i = 0; i < size; i++) {
            buffer.set(i, (byte) (number * 31 + i));
        }
        return buffer;
    }

    private Op<?> op(Entry entry, int number) {
        var fd = world.fd(entry.on());
        var memory = buffers.get(number).first(Math.max(1, entry.size()));
        int size = Math.max(1, entry.size());
        return switch (entry.action()) {
            case NOP -> new Nop();
            case READ -> new Read(fd, memory, offset(entry));
            case WRITE -> new Write(fd, memory, offset(entry));
            case RECV -> new Recv(fd, memory, false);
            case RECV_ALL -> new Recv(fd, memory, true);
            case SEND -> new Send(fd, memory, false);
            case SEND_ALL -> new Send(fd, memory, true);
            case SEND_ZERO_COPY -> new SendZeroCopy(fd, memory);
            case POLL_IN -> new Poll(fd, EnumSet.of(PollEvent.READABLE));
            case POLL_OUT -> new Poll(fd, EnumSet.of(PollEvent.WRITABLE));
            case TIMEOUT -> new Timeout(after(entry), 0, Clock.MONOTONIC);
            case COUNTING_TIMEOUT -> new Timeout(after(entry), entry.to(), Clock.MONOTONIC);
            case LINK_TIMEOUT -> new LinkTimeout(after(entry));
            case CANCEL_ONE -> new Cancel(new Cancel.Target.One(id(entry, number)));
            case CANCEL_ON -> new Cancel(new Cancel.Target.On(fd));
            case CANCEL_EVERYTHING -> new Cancel(new Cancel.Target.Everything());
            case UPDATE_TIMEOUT -> new UpdateTimeout(id(entry, number), after(entry));
            case CLOSE -> new Close(fd);
            case SHUTDOWN ->
                    new Shutdown(fd, Shutdown.Direction.values()[Math.floorMod(entry.to(), 3)]);
            case SPLICE -> new Splice(fd, -1, other(entry), -1, size);
            case TEE -> new Tee(fd, other(entry), size);
            case FSYNC -> new Fsync(fd, false);
            case TRUNCATE -> new Truncate(fd, size);
            case STATUS -> new Status(fd, null, true);
            case ACCEPT -> new Accept(fd);
        };
    }

    private Fd other(Entry entry) {
        return world.fd(Place.values()[Math.floorMod(entry.to(), Place.values().length)]);
    }

    private static long offset(Entry entry) {
        return entry.on() == Place.FILE ? entry.to() : -1;
    }

    private static Bound after(Entry entry) {
        return new Bound.After(TIMES[entry.size()]);
    }

    /// An entry before this one; one that comes later has no name yet.
    private OperationId id(Entry entry, int number) {
        return new OperationId(base + (entry.to() < number ? entry.to() + 1 : OWN - 1));
    }
}
