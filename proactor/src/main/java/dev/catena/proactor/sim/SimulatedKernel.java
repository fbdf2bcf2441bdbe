package dev.catena.proactor.sim;

import dev.catena.proactor.Proactor;
import dev.catena.proactor.ProactorBuilder;
import dev.catena.proactor.driver.Driver;
import dev.catena.proactor.loop.EventLoop;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A kernel in memory to run programs on that are written for a [Proactor]: files, pipes, sockets, timeouts, and all the
/// rules of io_uring, with a clock of its own and with whatever can go wrong.
///
/// ```java
/// @Test
/// void shouldGiveUpOnASlowServer() throws IOException {
///     try (var sim = SimulatedKernel.withSeed(42)) {
///         sim.peer().listen(address).accept().after(ofMinutes(5)).send("too late");
///
///         assertThrows(DeadlineExceededException.class, () -> ask(sim.proactor(), address));
///
///         assertEquals(ofSeconds(30), sim.clock().elapsed()); // and no second of it was waited
///         assertEquals(List.of(), sim.openDescriptors());
///     }
/// }
/// ```
///
/// **Deterministic.** What happens depends on the program and on the [Schedule] alone: with the same seed the
/// [trail](#trail) is the same. That holds for programs whose threads all run on the loop, which needs the JVM option
/// `--add-opens java.base/java.lang=ALL-UNNAMED`, and that wait for nothing outside. When a test fails, print
/// [#replay]; [#with] runs it again.
///
/// **Time** is the [clock](#clock)'s: it jumps to the next thing that happens when nothing else can.
///
/// **What it knows.** Everything that can be said in `dev.catena.ops` but `waitProcess`. There is one simulated process: one
/// table of descriptors, one tree of files in which everybody may do everything, one network whose every address is this
/// machine's. Where the manual and Linux 6.18 disagree, it does what Linux does.
///
/// May be used from any thread.
public final class SimulatedKernel implements AutoCloseable {
    private final Machine machine;
    private final Schedule schedule;
    private final VirtualClock clock;

    // guarded by the kernel's lock
    private final List<Proactor> proactors = new ArrayList<>();
    private @Nullable Proactor first;
    private int peers;

    private SimulatedKernel(Schedule schedule, Capacity capacity) {
        this.schedule = schedule;
        machine = new Machine(schedule, capacity);
        clock = new VirtualClock(machine);
    }

    /// A kernel that behaves as a healthy one may, chosen by a seed; see [Schedule#seeded].
    public static SimulatedKernel withSeed(long seed) {
        return with(Schedule.seeded(seed));
    }

    /// A kernel that follows a schedule.
    public static SimulatedKernel with(Schedule schedule) {
        return with(schedule, Capacity.DEFAULT);
    }

    /// A kernel that follows a schedule and has so much of everything.
    public static SimulatedKernel with(Schedule schedule, Capacity capacity) {
        return new SimulatedKernel(schedule, capacity);
    }

    // ---------------------------------------------------------------- for the program

    /// The proactor to run the program on: opened when it is first asked for, the same from then on, closed with the
    /// kernel.
    public synchronized Proactor proactor() {
        var opened = first;
        if (opened == null) {
            opened = proactor(Proactor.builder().name("simulated"));
            first = opened;
        }
        return opened;
    }

    /// One more proactor on this kernel, with settings of the caller's; queues are as long as [Capacity] says.
    public Proactor proactor(ProactorBuilder settings) {
        var opened = settings.driver(() -> new SimulatedDriver(machine)).open();
        try (var _ = machine.lock.hold()) {
            proactors.add(opened);
            machine.loops.add((EventLoop) opened);
        }
        return opened;
    }

    /// A bare ring of this kernel, for the calling thread, which closes it: for tests of what is underneath proactors.
    public Driver openDriver() {
        return new SimulatedDriver(machine);
    }

    // ---------------------------------------------------------------- for the test

    /// The time.
    public VirtualClock clock() {
        return clock;
    }

    /// A file, to be put there or looked at.
    public SimulatedFile file(String path) {
        return new SimulatedFile(machine, path);
    }

    /// A file, to be put there or looked at.
    public SimulatedFile file(Path path) {
        return file(path.toString());
    }

    /// Somebody on the network, without a script yet.
    public Peer peer() {
        try (var _ = machine.lock.hold()) {
            return new Peer(machine, ++peers);
        }
    }

    /// Rules for what goes wrong.
    public Faults faults() {
        return machine.faults;
    }

    /// What has happened.
    public Trail trail() {
        return machine.trail;
    }

    /// The descriptors that are open: after the program has ended there should be none.
    public List<OpenDescriptor> openDescriptors() {
        try (var _ = machine.lock.hold()) {
            return machine.descriptors.list();
        }
    }

    /// How the program has broken the kernel's contract, such as by changing memory that the kernel still used. There should
    /// be nothing.
    public List<String> violations() {
        try (var _ = machine.lock.hold()) {
            return List.copyOf(machine.violations);
        }
    }

    /// The schedule it follows.
    public Schedule schedule() {
        return schedule;
    }

    /// The schedule that makes the same happen again, as far as it has gone: the answers this one gave, which can be taken
    /// away [one by one][Schedule#simpler].
    public Schedule replay() {
        try (var _ = machine.lock.hold()) {
            return machine.decisions.replay();
        }
    }

    /// Closes its proactors, and so ends what runs on them.
    ///
    /// @throws IllegalStateException if the program has broken the kernel's contract
    @Override
    public void close() {
        for (var proactor : List.copyOf(proactors)) {
            proactor.close();
        }
        var broken = violations();
        if (!broken.isEmpty()) {
            throw new IllegalStateException(
                    "the program has broken the kernel's contract: "
                            + String.join("; ", broken)
                            + " (to see it again: "
                            + replay()
                            + ")");
        }
    }

    @Override
    public String toString() {
        return "simulated kernel, " + schedule + ", " + clock;
    }
}
