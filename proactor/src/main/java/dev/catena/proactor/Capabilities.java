package dev.catena.proactor;

import dev.catena.proactor.loop.VirtualThreads;
import dev.catena.proactor.portable.PortableDriver;
import dev.catena.proactor.uring.UringDriver;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What this machine and this JVM have of what Catena can use, found out by trying it.
///
/// @param verdict what a proactor runs on here
/// @param ring what was found out about rings
/// @param fastPaths what is done in a faster way than the plain one
/// @param operations what can be done, and on which driver
/// @param surroundings what decides about rings around the process
/// @param jvm what the JVM was started with
/// @param shortcomings what is missing, the gravest first, each with what to do about it
public record Capabilities(
        Verdict verdict,
        Ring ring,
        List<Path> fastPaths,
        List<Operation> operations,
        Surroundings surroundings,
        Jvm jvm,
        List<Shortcoming> shortcomings) {

    // docs/decisions/0009
    private static final String BUNDLES =
            "not used: several buffers are gathered into one send, which measured the same";

    /// What a proactor runs on.
    public enum Verdict {
        /// io_uring.
        URING,
        /// The portable driver only.
        PORTABLE
    }

    /// What was found out about rings.
    ///
    /// @param description of the ring that was made, or why none could be
    /// @param features what it has of what Catena can do without
    /// @param slots its fixed file slots
    /// @param lockableBytes the largest memory that could be registered with it, of those that were tried
    public record Ring(String description, List<String> features, int slots, long lockableBytes) {}

    /// Whether a fast path is taken.
    ///
    /// @param path which
    /// @param lacking what keeps the ring from it; empty if it is taken
    public record Path(FastPath path, Optional<String> lacking) {}

    /// Whether an operation can be done.
    ///
    /// @param name of the operation, and the variant
    /// @param uring what io_uring lacks for it; empty if it has it
    /// @param portable what the portable driver lacks for it; empty if it has it
    public record Operation(String name, Optional<String> uring, Optional<String> portable) {}

    /// What the JVM was started with.
    ///
    /// @param version of the JDK
    /// @param schedulesOnLoops whether virtual threads run on the loops themselves
    /// @param nativeAccess whether system calls were allowed expressly
    public record Jvm(String version, boolean schedulesOnLoops, boolean nativeAccess) {}

    /// Something that is missing.
    ///
    /// @param what was found
    /// @param remedy the line to change
    public record Shortcoming(String what, String remedy) {}

    /// Tries everything. Takes some milliseconds, and leaves nothing behind.
    public static Capabilities probe() {
        var found = new ArrayList<Capabilities>();
        var prober = Thread.ofPlatform().name("catena-probe").start(() -> found.add(tryAll()));
        boolean interrupted = false;
        while (prober.isAlive()) {
            try {
                prober.join();
            } catch (InterruptedException e) {
                interrupted = true; // it takes milliseconds
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (found.isEmpty()) {
            throw new IllegalStateException("the probe has failed; its thread has said why");
        }
        return found.getFirst();
    }

    /// On a thread of its own, to which a ring then belongs.
    private static Capabilities tryAll() {
        var surroundings = Surroundings.look();
        var module = Capabilities.class.getModule();
        var jvm =
                new Jvm(
                        Runtime.version().toString(),
                        VirtualThreads.canSchedule(),
                        module.isNativeAccessEnabled());
        var shortcomings = new ArrayList<Shortcoming>();
        UringDriver uring = null;
        Ring ring;
        try {
            uring =
                    UringDriver.open(
                            ProactorBuilder.SUBMISSION_ENTRIES, ProactorBuilder.COMPLETION_ENTRIES);
            ring =
                    new Ring(
                            uring.description(),
                            uring.features(),
                            uring.slots(),
                            uring.largestRegistrable());
        } catch (RingUnavailableException e) {
            ring = new Ring(e.reason(), List.of(), 0, 0);
            shortcomings.add(new Shortcoming(e.reason(), e.remedy()));
        }
        var fastPaths = fastPaths(uring);
        var operations = operations(uring);
        if (uring != null) {
            uring.close();
            ofRing(ring, operations, surroundings, shortcomings);
        }
        ofJvm(jvm, shortcomings);
        return new Capabilities(
                uring == null ? Verdict.PORTABLE : Verdict.URING,
                ring,
                fastPaths,
                operations,
                surroundings,
                jvm,
                List.copyOf(shortcomings));
    }

    private static List<Path> fastPaths(@Nullable UringDriver uring) {
        var paths = new ArrayList<Path>();
        if (uring == null) {
            for (var path : FastPath.values()) {
                paths.add(new Path(path, Optional.of("there is no ring")));
            }
        } else {
            uring.fastPaths()
                    .forEach(
                            (path, lacking) ->
                                    paths.add(new Path(path, Optional.ofNullable(lacking))));
        }
        return List.copyOf(paths);
    }

    private static List<Operation> operations(@Nullable UringDriver uring) {
        var operations = new ArrayList<Operation>();
        for (var kind : EachOperation.kinds()) {
            var lacking = uring == null ? "there is no ring" : uring.lacks(kind.op());
            operations.add(
                    new Operation(
                            kind.name(),
                            Optional.ofNullable(lacking),
                            Optional.ofNullable(PortableDriver.lacking(kind.op()))));
        }
        return List.copyOf(operations);
    }

    private static void ofRing(
            Ring ring,
            List<Operation> operations,
            Surroundings surroundings,
            List<Shortcoming> shortcomings) {
        var lacking =
                operations.stream().filter(operation -> operation.uring().isPresent()).toList();
        for (var operation : lacking) {
            shortcomings.add(
                    new Shortcoming(
                            operation.name() + ": " + operation.uring().orElseThrow(),
                            "Use a newer kernel than " + surroundings.system() + "."));
        }
        if (!ring.features().contains("DEFER_TASKRUN")) {
            shortcomings.add(
                    new Shortcoming(
                            "the ring interrupts its loop to finish operations, which is slower",
                            "Use Linux 6.1 or newer."));
        }
        long limit = surroundings.memlockBytes();
        if (limit >= 0 && ring.lockableBytes() < UringDriver.REGISTRABLE_BYTES) {
            shortcomings.add(
                    new Shortcoming(
                            "the limit of locked memory, "
                                    + limit / 1024
                                    + " KiB, allows registered buffers of "
                                    + ring.lockableBytes() / 1024
                                    + " KiB and no more",
                            "Raise it: 'ulimit -l unlimited', a line '* - memlock unlimited' in"
                                    + " /etc/security/limits.conf, or LimitMEMLOCK=infinity in the systemd unit."));
        }
    }

    private static void ofJvm(Jvm jvm, List<Shortcoming> shortcomings) {
        if (!jvm.schedulesOnLoops()) {
            shortcomings.add(
                    new Shortcoming(
                            "virtual threads run on the JDK's scheduler instead of the loops, which is slower",
                            "Start the JVM with " + VirtualThreads.option() + "."));
        }
        if (!jvm.nativeAccess()) {
            var module = Capabilities.class.getModule();
            shortcomings.add(
                    new Shortcoming(
                            "the JVM warns of system calls, and will forbid them one day",
                            "Start the JVM with --enable-native-access="
                                    + (module.isNamed() ? module.getName() : "ALL-UNNAMED")
                                    + "."));
        }
    }

    /// For people.
    public String toText() {
        var text = new StringBuilder();
        text.append(
                verdict == Verdict.URING
                        ? "io_uring can be used.\n"
                        : "io_uring cannot be used; everything runs on the portable driver.\n");
        for (var shortcoming : shortcomings) {
            text.append("- ").append(shortcoming.what()).append(".\n  ");
            text.append(shortcoming.remedy()).append('\n');
        }
        facts().forEach((name, value) -> text.append(String.format("%-18s %s%n", name, value)));
        for (var one : fastPaths) {
            text.append(
                    String.format(
                            "%-18s %s%n",
                            one.path().words(),
                            one.lacking().map(why -> "no: " + why).orElse("yes")));
        }
        text.append(String.format("%-18s %s%n", "bundles", BUNDLES));
        var lacking =
                operations.stream()
                        .filter(operation -> operation.portable().isPresent())
                        .map(Operation::name)
                        .toList();
        text.append(String.format("%-18s %s%n", "onlyUring", String.join("; ", lacking)));
        return text.toString();
    }

    /// For programs.
    public String toJson() {
        var json = new LinkedHashMap<String, Object>();
        json.put("verdict", verdict);
        json.put(
                "shortcomings",
                shortcomings.stream()
                        .map(one -> ordered("what", one.what(), "remedy", one.remedy()))
                        .toList());
        json.putAll(facts());
        json.put(
                "fastPaths",
                fastPaths.stream()
                        .map(
                                one ->
                                        ordered(
                                                "name",
                                                one.path().words(),
                                                "kernel",
                                                one.path().kernel(),
                                                "uring",
                                                one.lacking().orElse("yes")))
                        .toList());
        json.put("bundles", BUNDLES);
        json.put(
                "operations",
                operations.stream()
                        .map(
                                one ->
                                        ordered(
                                                "name",
                                                one.name(),
                                                "uring",
                                                one.uring().orElse("yes"),
                                                "portable",
                                                one.portable().orElse("yes")))
                        .toList());
        return Json.of(json);
    }

    private Map<String, Object> facts() {
        return ordered(
                "ring",
                ring.description(),
                "ringFeatures",
                String.join(", ", ring.features()),
                "ringSlots",
                ring.slots(),
                "registrableBytes",
                ring.lockableBytes(),
                "system",
                surroundings.system() + ", " + surroundings.architecture(),
                "superuser",
                surroundings.superuser(),
                "ringsBarredFor",
                surroundings.ringsBarred(),
                "ringsGroup",
                surroundings.ringsGroup(),
                "seccompFilter",
                surroundings.seccomp(),
                "memlockBytes",
                surroundings.memlockBytes(),
                "descriptorLimit",
                surroundings.descriptorLimit(),
                "container",
                surroundings.container().isEmpty() ? "no hint of one" : surroundings.container(),
                "java",
                jvm.version(),
                "threadsOnLoops",
                jvm.schedulesOnLoops(),
                "nativeAccess",
                jvm.nativeAccess());
    }

    private static Map<String, Object> ordered(Object... namesAndValues) {
        var map = new LinkedHashMap<String, Object>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return map;
    }
}
