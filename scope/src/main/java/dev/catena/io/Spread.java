package dev.catena.io;

import java.util.concurrent.atomic.AtomicInteger;

/// Which loop of a group a connection is handed on to.
public enum Spread {
    /// One after the other.
    ROUND_ROBIN {
        @Override
        int choose(int before, AtomicInteger[] open) {
            return (before + 1) % open.length;
        }
    },

    /// That with the fewest connections that are open now, and among equals the next one.
    LEAST_LOADED {
        @Override
        int choose(int before, AtomicInteger[] open) {
            int best = (before + 1) % open.length;
            for (int i = 2; i <= open.length; i++) {
                int other = (before + i) % open.length;
                if (open[other].get() < open[best].get()) {
                    best = other;
                }
            }
            return best;
        }
    };

    /// The number of the next loop, after `before`.
    abstract int choose(int before, AtomicInteger[] open);
}
