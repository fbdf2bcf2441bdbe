package dev.catena.proactor.sim;

import dev.catena.ops.Errno;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A [Schedule] being followed: asks it one question after the other, and keeps the answers that were not the default.
///
/// Guarded by the kernel's lock.
final class Decisions {
    private static final long[] DELAYS_NANOS = {
        0, 1_000, 10_000, 100_000, 1_000_000, 5_000_000, 20_000_000, 100_000_000
    };
    private static final int RANKS = 8;

    private final Schedule schedule;
    private final @Nullable Map<Integer, Integer> given;

    // java.util.Random, since its algorithm is part of its specification: a seed means the same on
    // every JDK
    private final Random random;
    private final Random wakes;
    private final TreeMap<Integer, Integer> answers = new TreeMap<>();
    private int questions;

    Decisions(Schedule schedule) {
        this.schedule = schedule;
        given = schedule.answers();
        random = new Random(schedule.seed());
        wakes = new Random(~schedule.seed());
    }

    /// Asks: 0 to `choices - 1`, where 0 is the default.
    int choose(Decision decision, int choices) {
        double odds = schedule.odds(decision);
        if (odds == 0 || choices < 2) {
            return 0;
        }
        int question = questions++;
        int answer;
        if (given != null) {
            answer = Math.clamp(given.getOrDefault(question, 0), 0, choices - 1);
        } else {
            answer = random.nextDouble() < odds ? 1 + random.nextInt(choices - 1) : 0;
        }
        if (answer != 0) {
            answers.put(question, answer);
        }
        return answer;
    }

    boolean happens(Decision decision) {
        return choose(decision, 2) == 1;
    }

    /// The place among things of the same time.
    int rank() {
        return choose(Decision.ORDER, RANKS);
    }

    /// How long something takes.
    long delayNanos(Decision decision) {
        return DELAYS_NANOS[choose(decision, DELAYS_NANOS.length)];
    }

    /// How late a wake-up is. Drawn apart from the rest, since it is other threads that ask for wake-ups.
    long wakeDelayNanos() {
        double odds = schedule.odds(Decision.LATE_WAKE);
        return odds > 0 && wakes.nextDouble() < odds
                ? DELAYS_NANOS[1 + wakes.nextInt(DELAYS_NANOS.length - 1)]
                : 0;
    }

    /// Which error an operation fails with, or null.
    @Nullable Errno failure() {
        int answer = choose(Decision.FAILURE, schedule.errors().size() + 1);
        return answer == 0 ? null : schedule.errors().get(answer - 1);
    }

    /// The schedule that gives the answers given so far.
    Schedule replay() {
        return schedule.answering(answers);
    }
}
