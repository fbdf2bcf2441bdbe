package dev.catena.scope;

import java.util.ArrayList;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Who is to be told when something has ended: threads that park, and actions. Loop thread only, and so are the actions.
final class Watchers {
    // a Thread or a Runnable; there is seldom more than one
    private @Nullable Object first;
    private @Nullable ArrayList<Object> others;

    // its place among what has ended and the scope throws if nobody asks how
    Bag.@Nullable Place<Running<?>> unseen;

    // in which round of its scope's failures it was only counted; 0 if it was not
    private int overlookedIn;

    /// In which round of its scope's [Failures] its end was only counted, since nobody had asked for it; 0 if it was not.
    int overlookedIn() {
        return overlookedIn;
    }

    void overlookedIn(int round) {
        overlookedIn = round;
    }

    void add(Thread parked) {
        put(parked);
    }

    void add(Runnable action) {
        put(action);
    }

    private void put(Object watcher) {
        if (first == null) {
            first = watcher;
        } else {
            if (others == null) {
                others = new ArrayList<>(2);
            }
            others.add(watcher);
        }
    }

    void tell() {
        if (first != null) {
            tell(first);
        }
        if (others != null) {
            others.forEach(Watchers::tell);
        }
    }

    /// Tells them and forgets them.
    void tellOnce() {
        var told = first;
        var more = others;
        first = null;
        others = null;
        if (told != null) {
            tell(told);
        }
        if (more != null) {
            more.forEach(Watchers::tell);
        }
    }

    /// Forgets them, and all else.
    void forget() {
        first = null;
        others = null;
        unseen = null;
        overlookedIn = 0;
    }

    private static void tell(Object watcher) {
        if (watcher instanceof Thread thread) {
            LockSupport.unpark(thread);
        } else {
            ((Runnable) watcher).run();
        }
    }
}
