package dev.catena.proactor.loop;

import dev.catena.proactor.driver.Driver;
import dev.catena.proactor.driver.DriverCounts;
import java.util.ArrayList;
import jdk.jfr.Event;
import org.jspecify.annotations.Nullable;

/// The way into the kernel, at which recordings are told who goes in and what comes out. Loop thread only.
///
/// Events are committed by virtual threads: what a platform thread commits after a virtual one that it carried has committed something
/// is lost (seen with JDK 25), and whatever runs on the loop may do that.
final class Entrance {
    private final Driver driver;

    // of the stay whose completions have not been counted yet
    private @Nullable EnterEvent stay;
    private DriverCounts before = new DriverCounts(0, 0, 0);
    private long overflowsTold;

    // those of one look at the completions, to be committed together
    private final ArrayList<Event> told = new ArrayList<>(0);
    private boolean isReaping;

    Entrance(Driver driver) {
        this.driver = driver;
    }

    /// Hands over what was pushed; see [Driver#submit].
    void submit() {
        boolean recorded = EnterEvent.isOn();
        if (recorded) {
            enter();
        }
        driver.submit();
        if (recorded) {
            left();
            tell(0);
        }
    }

    /// Hands over what was pushed, and waits; see [Driver#await].
    void await(long timeoutNanos) {
        boolean recorded = EnterEvent.isOn();
        if (recorded) {
            enter();
        }
        driver.await(timeoutNanos);
        if (recorded) {
            left();
        }
    }

    /// Gives all completions there are to `sink`.
    ///
    /// @return how many
    int reap(Driver.Completions sink) {
        isReaping = true;
        int count = driver.reap(sink);
        reaped(count);
        isReaping = false;
        if (!told.isEmpty()) {
            VirtualThreads.carry(() -> told.forEach(Event::commit));
            told.clear();
        }
        return count;
    }

    /// Has recordings have an event.
    void commit(Event event) {
        if (Thread.currentThread().isVirtual()) {
            event.commit();
        } else if (isReaping) {
            told.add(event);
        } else {
            VirtualThreads.carry(event::commit);
        }
    }

    private void reaped(int completions) {
        if (stay != null) {
            tell(completions);
        }
        if (OverflowEvent.isOn()) {
            tellOverflows();
        }
    }

    private void enter() {
        before = driver.counts();
        stay = new EnterEvent();
        stay.begin();
    }

    private void left() {
        if (stay != null) {
            stay.end();
        }
    }

    private void tell(int completions) {
        var event = stay;
        stay = null;
        var now = driver.counts();
        if (event != null && now.enters() > before.enters() && event.shouldCommit()) {
            event.loop = VirtualThreads.carrier().getName();
            event.submitted = now.submitted() - before.submitted();
            event.completions = completions;
            commit(event);
        }
    }

    private void tellOverflows() {
        long overflows = driver.counts().overflows();
        if (overflows > overflowsTold) {
            var event = new OverflowEvent();
            event.loop = VirtualThreads.carrier().getName();
            event.count = overflows - overflowsTold;
            commit(event);
            overflowsTold = overflows;
        }
    }
}
