package dev.catena.proactor.loop;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// Virtual threads whose scheduler is an executor of ours.
///
/// The JDK has such threads but no public way to make them: the two handles below reach
/// `ThreadBuilders.newVirtualThread(Executor, String, int, Runnable)` and `Thread.currentCarrierThread()`, which needs
/// `java.lang` opened to this module. Without that, threads come from the default scheduler.
public final class VirtualThreads {
    private static final @Nullable MethodHandle NEW;
    private static final @Nullable MethodHandle CARRIER;

    static {
        MethodHandle create = null;
        MethodHandle carrier = null;
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
        } catch (ReflectiveOperationException notOpened) {
            create = null; // java.lang is not opened, or this JDK is built otherwise: see option()
            carrier = null;
        }
        NEW = create;
        CARRIER = carrier;
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
