package dev.catena.proactor.uring;

import static dev.catena.proactor.uring.Abi.O_RDONLY;
import static dev.catena.proactor.uring.Abi.O_RDWR;
import static dev.catena.proactor.uring.Abi.POSIX_SPAWN_SETSIGMASK;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.catena.proactor.driver.Spawn;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Starts programs (`posix_spawnp(3)`), which the JDK then knows nothing of, and so does not wait for: no thread of its for each.
///
/// The caller is held up until the program has been loaded, some hundred microseconds. The child gets three descriptors and
/// no other, and no signal is blocked in it: threads of the JVM block `SIGQUIT`. From any thread.
final class Spawning {
    // posix_spawn_file_actions_t has 80 bytes in glibc and in musl, posix_spawnattr_t 336
    private static final int ACTIONS_BYTES = 128;
    private static final int ATTRIBUTES_BYTES = 512;
    private static final int SIGNALS_BYTES = 128; // sigset_t

    private static final int FIRST_TO_CLOSE = 3;

    private Spawning() {}

    /// The calls, linked when they are needed first. Those that a C library may lack are null.
    @SuppressWarnings("restricted") // calling libc is what this class is for
    private static final class Calls {
        private static final FunctionDescriptor ONE = FunctionDescriptor.of(JAVA_INT, ADDRESS);
        private static final FunctionDescriptor NUMBER =
                FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT);
        private static final FunctionDescriptor TWO =
                FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS);

        static final MethodHandle SPAWN =
                required(
                        "posix_spawnp",
                        FunctionDescriptor.of(
                                JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS));
        static final MethodHandle ACTIONS = required("posix_spawn_file_actions_init", ONE);
        static final MethodHandle END_ACTIONS = required("posix_spawn_file_actions_destroy", ONE);
        static final MethodHandle DUPLICATE =
                required(
                        "posix_spawn_file_actions_adddup2",
                        FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));
        static final MethodHandle OPEN =
                required(
                        "posix_spawn_file_actions_addopen",
                        FunctionDescriptor.of(
                                JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));
        static final @Nullable MethodHandle DIRECTORY =
                optional("posix_spawn_file_actions_addchdir_np", TWO); // glibc 2.29
        static final @Nullable MethodHandle CLOSE_FROM =
                optional("posix_spawn_file_actions_addclosefrom_np", NUMBER); // glibc 2.34
        static final MethodHandle ATTRIBUTES = required("posix_spawnattr_init", ONE);
        static final MethodHandle END_ATTRIBUTES = required("posix_spawnattr_destroy", ONE);
        static final MethodHandle SIGNAL_MASK = required("posix_spawnattr_setsigmask", TWO);
        static final MethodHandle FLAGS =
                required(
                        "posix_spawnattr_setflags",
                        FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_SHORT));

        private static MethodHandle required(String name, FunctionDescriptor type) {
            var linker = Linker.nativeLinker();
            return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
        }

        private static @Nullable MethodHandle optional(String name, FunctionDescriptor type) {
            var linker = Linker.nativeLinker();
            return linker.defaultLookup()
                    .find(name)
                    .map(found -> linker.downcallHandle(found, type))
                    .orElse(null);
        }
    }

    /// Starts a program.
    ///
    /// @return its number, or a negative error number
    /// @throws UnsupportedOperationException if it is to run in another directory, which this C library cannot do
    static int start(Spawn program) {
        try (var arena = Arena.ofConfined()) {
            var actions = arena.allocate(ACTIONS_BYTES, 16);
            var attributes = arena.allocate(ATTRIBUTES_BYTES, 16);
            must((int) Calls.ACTIONS.invokeExact(actions));
            must((int) Calls.ATTRIBUTES.invokeExact(attributes));
            try {
                describe(program, actions, arena);
                must(
                        (int)
                                Calls.SIGNAL_MASK.invokeExact(
                                        attributes, arena.allocate(SIGNALS_BYTES, 8)));
                must((int) Calls.FLAGS.invokeExact(attributes, (short) POSIX_SPAWN_SETSIGMASK));
                var pid = arena.allocate(JAVA_INT);
                int result =
                        (int)
                                Calls.SPAWN.invokeExact(
                                        pid,
                                        arena.allocateFrom(program.words().getFirst()),
                                        actions,
                                        attributes,
                                        strings(program.words(), arena),
                                        strings(program.environment(), arena));
                return result == 0 ? pid.get(JAVA_INT, 0) : -result;
            } finally {
                int _ = (int) Calls.END_ACTIONS.invokeExact(actions);
                int _ = (int) Calls.END_ATTRIBUTES.invokeExact(attributes);
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("a call of the C library could not be made", e);
        }
    }

    /// What the child does before it becomes the program.
    private static void describe(Spawn program, MemorySegment actions, Arena arena)
            throws Throwable {
        var directory = program.directory();
        if (directory != null) {
            if (Calls.DIRECTORY == null) {
                throw new UnsupportedOperationException(
                        "this C library cannot start a program in another directory; glibc 2.29 can");
            }
            must((int) Calls.DIRECTORY.invokeExact(actions, arena.allocateFrom(directory)));
        }
        var nothing = arena.allocateFrom("/dev/null");
        int[] streams = {program.input(), program.output(), program.error()};
        for (int i = 0; i < streams.length; i++) {
            switch (streams[i]) {
                case Spawn.INHERITED -> {}
                case Spawn.NOTHING ->
                        must(
                                (int)
                                        Calls.OPEN.invokeExact(
                                                actions,
                                                i,
                                                nothing,
                                                i == 0 ? O_RDONLY : O_RDWR,
                                                0));
                default -> must((int) Calls.DUPLICATE.invokeExact(actions, streams[i], i));
            }
        }
        if (Calls.CLOSE_FROM != null) { // sockets of the JDK are not closed by the exec
            must((int) Calls.CLOSE_FROM.invokeExact(actions, FIRST_TO_CLOSE));
        }
    }

    /// An array of strings with a null behind it.
    private static MemorySegment strings(List<String> values, Arena arena) {
        var array = arena.allocate(MemoryLayout.sequenceLayout(values.size() + 1L, ADDRESS));
        for (int i = 0; i < values.size(); i++) {
            array.setAtIndex(ADDRESS, i, arena.allocateFrom(values.get(i)));
        }
        return array;
    }

    private static void must(int result) {
        if (result != 0) {
            throw new IllegalStateException("the C library refused with " + result);
        }
    }
}
