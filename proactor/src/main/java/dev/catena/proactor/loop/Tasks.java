package dev.catena.proactor.loop;

import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import org.jctools.queues.atomic.MpscUnboundedAtomicArrayQueue;
import org.jspecify.annotations.Nullable;

/// What the loop has to run: a LIFO slot for the task just woken, a local queue, and the inbox for other threads.
///
/// The slot makes a request and its answer run back to back, while what they share is in the cache. It is used at most
/// [#LIFO_RUN] times in a row, so that two tasks that wake each other cannot keep the rest waiting; every
/// `inboxInterval` tasks the inbox is looked at, even if the local queue is never empty.
final class Tasks {
    private static final int LIFO_RUN = 3;
    private static final int INBOX_CHUNK = 1024;

    /// How often one task may go on in place of waiting before it is the turn of the others.
    private static final int MOST_SPARED = 16;

    private final int inboxInterval;

    // any thread offers, the loop polls
    private final MpscUnboundedAtomicArrayQueue<Runnable> inbox;

    // set by the loop before it sleeps; whoever clears it wakes the loop
    private volatile boolean sleeping;

    // loop-owned
    private final ArrayDeque<Runnable> local = new ArrayDeque<>();
    private @Nullable Runnable lifo;
    private int lifoRun;
    private int sinceInbox;
    private long count;

    // how often the task of that count has gone on in place of waiting
    private int spared;
    private long sparedTask;

    // written by the loop; others look at it without order, to tell what holds the loop
    private @Nullable Runnable running;

    Tasks(int inboxInterval) {
        this(inboxInterval, INBOX_CHUNK);
    }

    /// @param inboxChunk how many tasks the inbox takes before it needs more memory
    Tasks(int inboxInterval, int inboxChunk) {
        this.inboxInterval = inboxInterval;
        inbox = new MpscUnboundedAtomicArrayQueue<>(inboxChunk);
    }

    /// Adds a task (loop thread).
    void push(Runnable task) {
        var before = lifo;
        lifo = task;
        if (before != null) {
            local.add(before);
        }
    }

    /// Adds a task (any thread).
    ///
    /// @return whether the loop must be woken
    boolean offer(Runnable task) {
        inbox.offer(task);
        // The loop sets the flag and then looks at the inbox; this adds to the inbox and then looks
        // at
        // the flag: at least one of the two sees the other. Not without the fence: a task that
        // needs a
        // new chunk is added by an ordered write, which the read of the flag may pass.
        VarHandle.fullFence();
        if (sleeping) {
            sleeping = false;
            return true;
        }
        return false;
    }

    /// The loop could not be woken: who offers next has to try again (any thread).
    void notWoken() {
        sleeping = true;
    }

    /// Runs up to `most` tasks (loop thread).
    ///
    /// @return whether there are more
    boolean run(int most) {
        for (int n = 0; n < most; n++) {
            var task = next();
            if (task == null) {
                running = null;
                return false;
            }
            running = task;
            count++;
            task.run();
        }
        running = null;
        return lifo != null || !local.isEmpty() || !inbox.isEmpty();
    }

    /// Whether the task that runs may go on with something it would have waited for (loop thread).
    boolean mayGoOn() {
        if (sparedTask != count) {
            sparedTask = count;
            spared = 0;
        }
        return spared++ < MOST_SPARED;
    }

    /// How many have been run, so that a caller can tell whether something happened (loop thread).
    long count() {
        return count;
    }

    /// What runs now (any thread; it may be over already).
    @Nullable Runnable running() {
        return running;
    }

    /// Whether the loop sleeps or is about to (any thread).
    boolean isSleeping() {
        return sleeping;
    }

    /// Says that the loop will sleep (loop thread).
    ///
    /// @return false if there is something to do first
    boolean prepareSleep() {
        sleeping = true;
        if (lifo == null && local.isEmpty() && inbox.isEmpty()) {
            return true;
        }
        sleeping = false;
        return false;
    }

    /// The loop is awake (loop thread).
    void awake() {
        sleeping = false;
    }

    private @Nullable Runnable next() {
        // one of theirs after so many of ours, and not sooner, or ours would starve
        if (++sinceInbox > inboxInterval) {
            sinceInbox = 0;
            var fromOutside = inbox.poll();
            if (fromOutside != null) {
                return fromOutside;
            }
        }
        var newest = lifo;
        if (newest != null) {
            lifo = null;
            if (++lifoRun <= LIFO_RUN || local.isEmpty()) {
                return newest;
            }
            local.add(newest);
        }
        lifoRun = 0;
        var oldest = local.poll();
        return oldest != null ? oldest : inbox.poll();
    }
}
