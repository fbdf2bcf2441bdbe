package dev.catena.proactor.sim;

import dev.catena.ops.Errno;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Which of the things that may happen do happen in a simulated kernel: a value, which can be printed and
/// [read][#parse] again, and with which the same program runs the same way again.
///
/// A kernel asks its schedule one question after the other, each with a [Decision] and a number of answers. A seeded schedule
/// draws the answers; the default answer is always 0. What it has answered is itself a schedule
/// ([SimulatedKernel#replay]): the answers that were not 0, by the number of their question. Such a one can be made
/// [simpler][#simpler], by taking answers away, for as long as the program still fails.
///
/// Immutable.
public final class Schedule {
    private static final List<Errno> ERRORS =
            List.of(Errno.EIO, Errno.ENOMEM, Errno.ENOBUFS, Errno.EINTR, Errno.EPERM, Errno.ENOSPC);

    private final long seed;
    private final Map<Decision, Double> odds;
    private final List<Errno> errors;

    // null: the answers are drawn
    private final @Nullable NavigableMap<Integer, Integer> answers;

    private Schedule(
            long seed,
            Map<Decision, Double> odds,
            List<Errno> errors,
            @Nullable NavigableMap<Integer, Integer> answers) {
        this.seed = seed;
        this.odds = odds;
        this.errors = errors;
        this.answers = answers;
    }

    /// Everything takes its default: in order, at once, and nothing fails.
    public static Schedule calm() {
        return new Schedule(0, new EnumMap<>(Decision.class), ERRORS, null);
    }

    /// What a healthy machine does: order and delays vary, cancels lose races, pipes and sockets move fewer bytes than they
    /// could, bytes are on their way for a while, the ring is full now and then. Nothing fails that would not otherwise.
    public static Schedule seeded(long seed) {
        return calm().withSeed(seed)
                .odds(Decision.ORDER, 0.25)
                .odds(Decision.DELAY, 0.25)
                .odds(Decision.LATE_COMPLETION, 0.1)
                .odds(Decision.CANCEL_LOST, 0.3)
                .odds(Decision.SHORT_TRANSFER, 0.1)
                .odds(Decision.ARRIVAL, 0.1)
                .odds(Decision.OVERFLOW, 0.02)
                .odds(Decision.SUBMIT_REFUSED, 0.02)
                .odds(Decision.SUBMIT_PARTIAL, 0.02);
    }

    /// A bad day: as [#seeded], and operations fail, connections are reset, files move fewer bytes, datagrams are lost.
    public static Schedule hostile(long seed) {
        return seeded(seed)
                .odds(Decision.SHORT_FILE_TRANSFER, 0.1)
                .odds(Decision.FAILURE, 0.03)
                .odds(Decision.RESET, 0.02)
                .odds(Decision.DATAGRAM_LOSS, 0.05);
    }

    /// The same with another seed.
    public Schedule withSeed(long other) {
        return new Schedule(other, odds, errors, answers);
    }

    /// The same with other odds for one decision.
    ///
    /// @param chance 0 (always the default) to 1 (never the default)
    public Schedule odds(Decision decision, double chance) {
        if (!(chance >= 0 && chance <= 1)) {
            throw new IllegalArgumentException(
                    "the odds of " + decision + " must be 0 to 1: " + chance);
        }
        var changed = new EnumMap<Decision, Double>(Decision.class);
        changed.putAll(odds);
        if (chance == 0) {
            changed.remove(decision);
        } else {
            changed.put(decision, chance);
        }
        return new Schedule(seed, changed, errors, answers);
    }

    /// The same with other errors for [Decision#FAILURE] to choose from.
    public Schedule errors(Errno first, Errno... more) {
        var chosen = new ArrayList<Errno>();
        chosen.add(first);
        chosen.addAll(List.of(more));
        return new Schedule(seed, odds, List.copyOf(chosen), answers);
    }

    /// The same, its answers given instead of drawn; those not given are 0.
    ///
    /// @param given the answers, by the number of their question, counted from 0
    public Schedule answering(Map<Integer, Integer> given) {
        return new Schedule(
                seed, odds, errors, Collections.unmodifiableNavigableMap(new TreeMap<>(given)));
    }

    /// Schedules with fewer answers than this one, the simplest first: to find the smallest one with which a program still
    /// fails, go to the first that fails, again and again. Empty for one whose answers are drawn, and for the simplest.
    public List<Schedule> simpler() {
        var given = answers;
        if (given == null || given.isEmpty()) {
            return List.of();
        }
        var candidates = new ArrayList<Schedule>();
        var keys = List.copyOf(given.keySet());
        for (int kept = 0; kept < keys.size(); kept = kept == 0 ? 1 : kept * 2) {
            candidates.add(answering(given.headMap(keys.get(kept), false)));
        }
        for (int i = keys.size() - 1; i >= 0; i--) {
            var without = new TreeMap<>(given);
            without.remove(keys.get(i));
            candidates.add(answering(without));
        }
        return candidates;
    }

    /// The seed from which answers are drawn.
    public long seed() {
        return seed;
    }

    /// How often a decision does not take its default.
    public double odds(Decision decision) {
        return odds.getOrDefault(decision, 0.0);
    }

    /// The errors that [Decision#FAILURE] chooses from.
    public List<Errno> errors() {
        return errors;
    }

    /// The answers given, by the number of their question; null if they are drawn.
    public @Nullable Map<Integer, Integer> answers() {
        return answers;
    }

    /// Reads what [#toString] has written.
    ///
    /// @throws IllegalArgumentException if it is something else
    public static Schedule parse(String text) {
        var schedule = calm();
        for (var part : text.strip().split("\\s+", -1)) {
            int equals = part.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException(
                        "a schedule is written as name=value pairs, found '" + part + "'");
            }
            var name = part.substring(0, equals);
            var value = part.substring(equals + 1);
            schedule =
                    switch (name) {
                        case "seed" -> schedule.withSeed(Long.parseLong(value));
                        case "errors" ->
                                new Schedule(
                                        schedule.seed,
                                        schedule.odds,
                                        List.of(value.split(",", -1)).stream()
                                                .map(Errno::valueOf)
                                                .toList(),
                                        schedule.answers);
                        case "answers" -> schedule.answering(parseAnswers(value));
                        default -> schedule.odds(Decision.valueOf(name), Double.parseDouble(value));
                    };
        }
        return schedule;
    }

    private static Map<Integer, Integer> parseAnswers(String text) {
        var answers = new TreeMap<Integer, Integer>();
        for (var pair : text.equals("none") ? new String[0] : text.split(",", -1)) {
            int colon = pair.indexOf(':');
            answers.put(
                    Integer.valueOf(pair.substring(0, colon)),
                    Integer.valueOf(pair.substring(colon + 1)));
        }
        return answers;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Schedule that
                && seed == that.seed
                && odds.equals(that.odds)
                && errors.equals(that.errors)
                && Objects.equals(answers, that.answers);
    }

    @Override
    public int hashCode() {
        return Objects.hash(seed, odds, errors, answers);
    }

    /// All of it in one line, for [#parse].
    @Override
    public String toString() {
        var words = new StringJoiner(" ").add("seed=" + seed);
        odds.forEach((decision, chance) -> words.add(decision + "=" + chance));
        if (!errors.equals(ERRORS)) {
            words.add("errors=" + String.join(",", errors.stream().map(Errno::name).toList()));
        }
        var given = answers;
        if (given != null) {
            var pairs = new StringJoiner(",").setEmptyValue("none");
            given.forEach((question, answer) -> pairs.add(question + ":" + answer));
            words.add("answers=" + pairs);
        }
        return words.toString();
    }
}
