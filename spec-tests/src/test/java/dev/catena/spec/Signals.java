package dev.catena.spec;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Sends SIGURG to a thread of this JVM, again and again, with a handler in place: system calls in which it waits end
/// with `EINTR`.
final class Signals implements AutoCloseable {
    private static final int SIGURG = 23;

    private final AtomicBoolean stop = new AtomicBoolean();
    private final AtomicInteger handled = new AtomicInteger();

    /// @param name of the thread, which must have started
    Signals(String name) throws IOException, ReflectiveOperationException {
        handle();
        int thread = threadNamed(name);
        int process = (int) ProcessHandle.current().pid();
        Thread.ofPlatform().daemon().start(() -> send(process, thread));
    }

    /// How many signals were handled. Some that come close together count as one.
    int handled() {
        return handled.get();
    }

    // through reflection: `sun.misc.Signal` is supported, but javac warns of it and cannot be told
    // not to
    private void handle() throws ReflectiveOperationException {
        var signal = Class.forName("sun.misc.Signal");
        var handler = Class.forName("sun.misc.SignalHandler");
        var counter =
                Proxy.newProxyInstance(
                        handler.getClassLoader() == null
                                ? ClassLoader.getPlatformClassLoader()
                                : handler.getClassLoader(),
                        new Class<?>[] {handler},
                        (_, method, _) -> method.getName().equals("handle") ? count() : null);
        signal.getMethod("handle", signal, handler)
                .invoke(null, signal.getConstructor(String.class).newInstance("URG"), counter);
    }

    private @Nullable Object count() {
        handled.incrementAndGet();
        return null;
    }

    @SuppressWarnings("restricted") // sending a signal is what this is for
    private void send(int process, int thread) {
        var linker = Linker.nativeLinker();
        var tgkill =
                linker.downcallHandle(
                        linker.defaultLookup().findOrThrow("tgkill"),
                        FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
        while (!stop.get()) {
            try {
                int result = (int) tgkill.invokeExact(process, thread, SIGURG);
                if (result != 0) {
                    return; // it has ended
                }
            } catch (Throwable e) {
                throw new IllegalStateException("tgkill could not be called", e);
            }
            LockSupport.parkNanos(200_000);
        }
    }

    private static int threadNamed(String name) throws IOException {
        try (var tasks = Files.list(Path.of("/proc/self/task"))) {
            for (var task : tasks.toList()) {
                if (nameOf(task).equals(name)) {
                    return Integer.parseInt(task.getFileName().toString());
                }
            }
        }
        throw new IllegalStateException("no thread is named " + name);
    }

    /// Empty for a thread that has ended since it was listed.
    private static String nameOf(Path task) throws IOException {
        try {
            return Files.readString(task.resolve("comm")).strip();
        } catch (NoSuchFileException ended) {
            return "";
        } catch (IOException e) {
            if (String.valueOf(e.getMessage()).contains("No such process")) {
                return "";
            }
            throw e;
        }
    }

    @Override
    public void close() {
        stop.set(true);
    }
}
