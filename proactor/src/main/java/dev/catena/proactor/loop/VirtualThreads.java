package dev.catena.proactor.loop;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/// Virtual threads whose scheduler is an executor of ours.
///
/// The JDK has such threads but no public way to make them: the two handles below reach
/// `ThreadBuilders.newVirtualThread(Executor, String, int, Runnable)` and `Thread.currentCarrierThread()`, which needs
/// `java.lang` opened to this module. Without that, threads come from the default scheduler.
public final class VirtualThreads {
    private static final @Nullable MethodHandle NEW;
    private static final @Nullable MethodHandle CARRIER;
    private static final @Nullable Executor JDK_SCHEDULER;
    private static final AtomicBoolean WARNED = new AtomicBoolean();

    static {
        MethodHandle create = null;
        MethodHandle carrier = null;
        Executor scheduler = null;
        try {
            var threads = MethodHandles.privateLookupIn(Thread.class, MethodHandles.lookup());
            carrier =
                    threads.findStatic(
                            Thread.class,
                            "currentCarrierThread",
                            MethodType.methodType(Thread.class));
            create =
                    threads.findStatic(
                            threads.findClass("java.lang.ThreadBuilders"),
                            "newVirtualThread",
                            MethodType.methodType(
                                    Thread.class,
                                    Executor.class,
                                    String.class,
                                    int.class,
                                    Runnable.class));
            scheduler =
                    (Executor)
                            threads.findStatic(
                                            threads.findClass("java.lang.VirtualThread"),
                                            "defaultScheduler",
                                            MethodType.methodType(Executor.class))
                                    .invokeExact();
        } catch (Throwable notOpened) {
            create = null; // java.lang is not opened, or this JDK is built otherwise: see option()
            carrier = null;
        }
        NEW = create;
        CARRIER = carrier;
        JDK_SCHEDULER = scheduler;
    }

    private VirtualThreads() {}

    /// Whether threads can be scheduled by an executor of ours.
    public static boolean canSchedule() {
        return NEW != null;
    }

    /// The option that a JVM needs for it.
    public static String option() {
        var module = VirtualThreads.class.getModule();
        return "--add-opens java.base/java.lang="
                + (module.isNamed() ? module.getName() : "ALL-UNNAMED");
    }

    /// Says once in the life of the JVM what it misses where threads cannot be scheduled.
    static void warnOnce() {
        if (WARNED.compareAndSet(false, true)) {
            LoggerFactory.getLogger(EventLoop.class)
                    .warn(
                            "virtual threads run on the JDK's scheduler instead of the ring's own loop, which is slower, and threads of"
                                    + " one scope may run at the same time, so that what they share needs locks; start the JVM with {} to"
                                    + " change that",
                            option());
        }
    }

    /// Does something at once, as a virtual thread that the calling platform thread carries; as that thread itself where threads
    /// cannot be scheduled. It must not wait.
    static void carry(Runnable work) {
        if (NEW == null) {
            work.run();
        } else {
            create(Runnable::run, "", work).start();
        }
    }

    /// A new thread, not started; on the default scheduler where [#canSchedule] is false.
    static Thread create(Executor scheduler, String name, Runnable body) {
        var handle = NEW;
        if (handle == null) {
            return Thread.ofVirtual().name(name).unstarted(body);
        }
        try {
            return (Thread) handle.invokeExact(scheduler, name, 0, body);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("the JDK could not make a virtual thread", e);
        }
    }

    /// A new thread of the JDK's own scheduler, not started, whatever the scheduler of the caller.
    static Thread createStealing(String name, Runnable body) {
        var scheduler = JDK_SCHEDULER;
        return scheduler == null
                ? Thread.ofVirtual().name(name).unstarted(body)
                : create(scheduler, name, body);
    }

    /// The virtual thread whose continuation a task of its scheduler runs, if that can be told: the task is the JDK's own
    /// `VirtualThread::runContinuation`, which refers to its thread and to nothing else.
    static @Nullable Thread ofTask(@Nullable Runnable task) {
        if (task == null
                || NEW == null
                || task.getClass().getPackage() != Thread.class.getPackage()) {
            return null;
        }
        for (var field : task.getClass().getDeclaredFields()) {
            if (Thread.class.isAssignableFrom(field.getType())) {
                try {
                    field.setAccessible(true);
                    return (Thread) field.get(task);
                } catch (ReflectiveOperationException | RuntimeException refused) {
                    return null; // then its carrier must do
                }
            }
        }
        return null;
    }

    /// The platform thread that runs the caller: of a virtual thread scheduled by us, its carrier.
    static Thread carrier() {
        var handle = CARRIER;
        if (handle == null) {
            return Thread.currentThread();
        }
        try {
            return (Thread) handle.invokeExact();
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("the JDK could not tell the carrier thread", e);
        }
    }
}
