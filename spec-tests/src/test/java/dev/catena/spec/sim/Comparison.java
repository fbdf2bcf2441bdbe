package dev.catena.spec.sim;

import dev.catena.ops.Sqe;
import dev.catena.proactor.driver.Driver;
import dev.catena.proactor.sim.Capacity;
import dev.catena.proactor.sim.Decision;
import dev.catena.proactor.sim.Schedule;
import dev.catena.proactor.sim.SimulatedKernel;
import dev.catena.proactor.uring.UringDriver;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Runs programs on the real kernel and asks the model whether that may be.
///
/// What the model allows is what it does under some schedule: first the calm one, and where the real kernel did something
/// else, one schedule after the other until one does the same. If none does, that is a difference.
///
/// One thread's, which the ring belongs to.
final class Comparison implements AutoCloseable {
    private static final int SCHEDULES = 6000;
    private static final int FEW = 300;
    private static final Capacity SMALL = Capacity.DEFAULT.queues(64, 256).provided(1, 16);

    // Descriptors of the world are above all that the JVM opens meanwhile: a program may close one,
    // and use its number afterwards.
    private static final int FIRST_NUMBER = 3000;
    private static final int F_DUPFD = 0; // fcntl.h

    @SuppressWarnings("restricted")
    private static final MethodHandle FCNTL =
            Linker.nativeLinker()
                    .downcallHandle(
                            Linker.nativeLinker().defaultLookup().find("fcntl").orElseThrow(),
                            FunctionDescriptor.of(
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.JAVA_INT),
                            Linker.Option.firstVariadicArg(2));

    private final Path folder;
    private final int firstNumber;
    private Driver ring;
    private long serial;
    private boolean hasSkipped;

    // how many programs needed more than the calm schedule
    private long raced;
    private long oneByOne;

    /// @param lane so that several can run at the same time
    Comparison(int lane) throws IOException {
        folder = Files.createTempDirectory("differential");
        firstNumber = FIRST_NUMBER + 500 * lane;
        ring = open();
    }

    private static Driver open() {
        return UringDriver.open(64, 256);
    }

    /// How many programs were compared result by result only.
    long oneByOne() {
        return oneByOne;
    }

    long raced() {
        return raced;
    }

    /// Compares the two kernels on a program.
    ///
    /// @return how they differ, or null if they do not
    @Nullable String difference(Program program) {
        return difference(program, SCHEDULES);
    }

    private @Nullable String difference(Program program, int schedules) {
        var calm = onModel(program, Schedule.calm(), null);
        var real = onKernel(program, calm.counts());
        if (real.outcome().equals(calm.outcome())) {
            return null;
        }
        raced++;
        var allowed = new LinkedHashSet<List<String>>();
        allowed.add(calm.outcome());
        for (int seed = 0; seed < schedules; seed++) {
            var outcome =
                    onModel(program, schedule(seed), seed % 3 == 0 ? null : calm.counts())
                            .outcome();
            if (outcome.equals(real.outcome())) {
                return null;
            }
            allowed.add(outcome);
            if (allowed.size() > 1
                    && seed % 500 == 499
                    && isAllowedOneByOne(real.outcome(), allowed)) {
                oneByOne++;
                return null;
            }
        }
        return program
                + "\n  kernel: "
                + real.outcome()
                + "\n  model:  "
                + calm.outcome()
                + others(allowed);
    }

    /// Whether each result alone is among those that the model gave there: what is left to ask of a program whose races are
    /// so many that no schedule tried has made all of them end the same way.
    private static boolean isAllowedOneByOne(List<String> real, Set<List<String>> allowed) {
        for (int i = 0; i < real.size(); i++) {
            int place = i;
            if (allowed.stream().noneMatch(one -> one.get(place).equals(real.get(place)))) {
                return false;
            }
        }
        return true;
    }

    private static String others(Set<List<String>> allowed) {
        return "\n  or " + (allowed.size() - 1) + " others";
    }

    /// The smallest program near one that differs, that still differs.
    Program smallest(Program program) {
        var found = program;
        boolean smaller = true;
        while (smaller) {
            smaller = false;
            for (var candidate : found.smaller()) {
                if (differsTwice(candidate)) {
                    found = candidate;
                    smaller = true;
                    break;
                }
            }
        }
        return found;
    }

    private boolean differsTwice(Program program) {
        boolean differs = difference(program, FEW) != null;
        return differs && difference(program, FEW) != null;
    }

    private static Schedule schedule(int seed) {
        var schedule = Schedule.calm().withSeed(seed);
        double some = 0.1 + 0.15 * (seed % 4);
        schedule = schedule.odds(Decision.ORDER, some);
        schedule = seed % 5 == 1 ? schedule : schedule.odds(Decision.DELAY, some / 2);
        schedule = seed % 2 == 0 ? schedule : schedule.odds(Decision.LATE_COMPLETION, some * 2 / 3);
        schedule = seed % 5 == 0 ? schedule : schedule.odds(Decision.CANCEL_LOST, 0.3);
        schedule = seed % 3 == 0 ? schedule : schedule.odds(Decision.ARRIVAL, some);
        return seed % 11 == 0 ? schedule.odds(Decision.SHORT_TRANSFER, 0.1) : schedule;
    }

    private static Trial.Ran onModel(
            Program program, Schedule schedule, @Nullable List<Integer> expected) {
        try (var sim = SimulatedKernel.with(schedule, SMALL)) {
            sim.trail().keep(0);
            try (var driver = sim.openDriver()) {
                var world = new World(driver, Path.of("/file"), number -> number);
                return Trial.onModel(driver, world, program, expected);
            }
        }
    }

    private Trial.Ran onKernel(Program program, List<Integer> expected) {
        serial++;
        if (program.uses(Sqe.DRAIN) && hasSkipped) { // a ring that has skipped drains no more
            ring.close();
            ring = open();
            hasSkipped = false;
        }
        hasSkipped |= program.uses(Sqe.SKIP_SUCCESS);
        var world = new World(ring, folder.resolve("file"), this::renumber);
        var ran = Trial.onKernel(ring, world, program, serial, expected);
        if (!ran.isClean()) {
            ring.close();
            ring = open();
        }
        return ran;
    }

    private int renumber(int number) {
        try {
            int higher = (int) FCNTL.invokeExact(number, F_DUPFD, firstNumber);
            ring.discard(number);
            return higher;
        } catch (Throwable thrown) {
            throw new IllegalStateException("fcntl could not be called", thrown);
        }
    }

    @Override
    public void close() throws IOException {
        ring.close();
        Files.deleteIfExists(folder.resolve("file"));
        Files.delete(folder);
    }
}
