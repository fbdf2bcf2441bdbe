package dev.catena.spec.language;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// Child processes that the JDK knows nothing of, and so does not wait for.
final class Child {
    private static final int SIGKILL = 9;
    private static final MethodHandle SPAWN =
            function(
                    "posix_spawn",
                    FunctionDescriptor.of(
                            JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS));
    private static final MethodHandle KILL =
            function("kill", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));

    private Child() {}

    @SuppressWarnings("restricted") // calling libc is what this is for
    private static MethodHandle function(String name, FunctionDescriptor descriptor) {
        var linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
    }

    /// Starts a shell that runs a script; gives its number.
    static int spawn(String script) {
        try (var arena = Arena.ofConfined()) {
            var arguments = arena.allocate(ADDRESS, 4);
            arguments.setAtIndex(ADDRESS, 0, arena.allocateFrom("sh"));
            arguments.setAtIndex(ADDRESS, 1, arena.allocateFrom("-c"));
            arguments.setAtIndex(ADDRESS, 2, arena.allocateFrom(script));
            var environment = arena.allocate(ADDRESS, 1);
            var pid = arena.allocate(JAVA_INT);
            int result =
                    (int)
                            SPAWN.invokeExact(
                                    pid,
                                    arena.allocateFrom("/bin/sh"),
                                    MemorySegment.NULL,
                                    MemorySegment.NULL,
                                    arguments,
                                    environment);
            if (result != 0) {
                throw new IllegalStateException("posix_spawn failed with " + result);
            }
            return pid.get(JAVA_INT, 0);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("posix_spawn could not be called", e);
        }
    }

    /// Kills one.
    static void kill(int pid) {
        try {
            int _ = (int) KILL.invokeExact(pid, SIGKILL);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("kill could not be called", e);
        }
    }
}
