package dev.catena.spec.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.StringJoiner;

/// A small program for a kernel: entries for the submission queue, and where they are submitted. A value that is drawn from
/// a seed, printed, and made smaller; [Trial] runs it.
///
/// @param steps in order
record Program(List<Step> steps) {

    /// A part of a program.
    sealed interface Step {}

    /// An entry.
    ///
    /// @param action what it asks for
    /// @param on what it is about, if that is a file
    /// @param to the other file, or the entry that is meant, counted from 0
    /// @param size bytes, or which of the times
    /// @param flags the bits of [dev.catena.ops.Sqe]
    record Entry(Action action, Place on, int to, int size, int flags) implements Step {
        @Override
        public String toString() {
            var names = new StringJoiner("|", " ", "").setEmptyValue("");
            for (var flag : Flag.values()) {
                if ((flags & flag.bit) != 0) {
                    names.add(flag.name());
                }
            }
            return action + "(" + on + "," + to + "," + size + ")" + names;
        }
    }

    /// What was written so far is submitted.
    ///
    /// @param settles whether what can be done without more time than a few milliseconds is then waited for
    record Submit(boolean settles) implements Step {
        @Override
        public String toString() {
            return settles ? "submit, settle;" : "submit;";
        }
    }

    enum Action {
        NOP,
        READ,
        WRITE,
        RECV,
        RECV_ALL,
        SEND,
        SEND_ALL,
        SEND_ZERO_COPY,
        POLL_IN,
        POLL_OUT,
        TIMEOUT,
        COUNTING_TIMEOUT,
        LINK_TIMEOUT,
        CANCEL_ONE,
        CANCEL_ON,
        CANCEL_EVERYTHING,
        UPDATE_TIMEOUT,
        CLOSE,
        SHUTDOWN,
        SPLICE,
        TEE,
        FSYNC,
        TRUNCATE,
        STATUS,
        ACCEPT
    }

    /// What there is in the world that it runs in.
    enum Place {
        PIPE_OUT,
        PIPE_IN,
        OTHER_OUT,
        OTHER_IN,
        FILE,
        NEAR,
        FAR
    }

    private enum Flag {
        DRAIN(dev.catena.ops.Sqe.DRAIN),
        LINK(dev.catena.ops.Sqe.LINK),
        HARDLINK(dev.catena.ops.Sqe.HARDLINK),
        SKIP_SUCCESS(dev.catena.ops.Sqe.SKIP_SUCCESS);

        private final int bit;

        Flag(int bit) {
            this.bit = bit;
        }
    }

    private static final int[] SIZES = {1, 5, 16, 64, 100, 4096};
    private static final Place[] UNLIKE_SOCKETS = {
        Place.PIPE_OUT, Place.PIPE_IN, Place.OTHER_OUT, Place.OTHER_IN, Place.FILE
    };
    private static final Action[] COMMON = {
        Action.NOP,
        Action.READ,
        Action.READ,
        Action.WRITE,
        Action.WRITE,
        Action.RECV,
        Action.SEND,
        Action.POLL_IN,
        Action.POLL_OUT
    };

    /// The program of a seed.
    static Program of(long seed) {
        var random = new Random(seed);
        var steps = new ArrayList<Step>();
        boolean hasTimes = random.nextInt(100) < 35;
        boolean drains = random.nextInt(100) < 10;
        boolean skips = !drains && random.nextInt(100) < 15;
        int entries = 0;
        for (int round = 1 + random.nextInt(3); round > 0; round--) {
            for (int chain = 1 + random.nextInt(3); chain > 0; chain--) {
                int links = random.nextInt(100) < 50 ? 1 : 2 + random.nextInt(3);
                for (int link = 0; link < links; link++) {
                    int flags = link + 1 < links ? linkFlag(random, skips) : 0;
                    flags |= drains && link == 0 && random.nextInt(3) == 0 ? bit(Flag.DRAIN) : 0;
                    boolean bounded = hasTimes && random.nextInt(100) < 25;
                    boolean silent = (flags & bit(Flag.SKIP_SUCCESS)) != 0;
                    if (bounded && !silent) {
                        steps.add(entry(random, entries++, true, flags | bit(Flag.LINK)));
                        steps.add(
                                new Entry(
                                        Action.LINK_TIMEOUT,
                                        Place.FILE,
                                        0,
                                        random.nextInt(3),
                                        flags & ~bit(Flag.DRAIN) & ~bit(Flag.HARDLINK)));
                        entries++;
                    } else {
                        steps.add(entry(random, entries++, hasTimes, flags));
                    }
                }
            }
            steps.add(new Submit(random.nextInt(100) < 60));
        }
        if (drains) {
            steps.replaceAll(Program::ending);
        }
        return new Program(List.copyOf(steps));
    }

    /// The step, or one that ends by itself: what drains holds up cancels, too, and would wait for ever behind one that does
    /// not.
    private static Step ending(Step step) {
        if (!(step instanceof Entry entry)) {
            return step;
        }
        return switch (entry.action()) {
            case NOP, LINK_TIMEOUT, FSYNC, TRUNCATE, STATUS -> entry;
            case READ, WRITE ->
                    new Entry(entry.action(), Place.FILE, entry.to(), entry.size(), entry.flags());
            case TIMEOUT ->
                    new Entry(
                            entry.action(),
                            entry.on(),
                            entry.to(),
                            Math.min(1, entry.size()),
                            entry.flags());
            default -> new Entry(Action.NOP, Place.FILE, 0, 1, entry.flags());
        };
    }

    private static int bit(Flag flag) {
        return flag.bit;
    }

    private static int linkFlag(Random random, boolean skips) {
        if (skips && random.nextInt(3) == 0) {
            return bit(Flag.LINK) | bit(Flag.SKIP_SUCCESS);
        }
        return random.nextInt(4) == 0 ? bit(Flag.HARDLINK) : bit(Flag.LINK);
    }

    private static Entry entry(Random random, int number, boolean hasTimes, int flags) {
        var action =
                random.nextInt(100) < 55
                        ? COMMON[random.nextInt(COMMON.length)]
                        : Action.values()[random.nextInt(Action.values().length)];
        boolean isAboutTime =
                action == Action.TIMEOUT
                        || action == Action.COUNTING_TIMEOUT
                        || action == Action.UPDATE_TIMEOUT;
        if (action == Action.LINK_TIMEOUT || (isAboutTime && !hasTimes)) {
            action = Action.NOP;
        }
        boolean silent = (flags & bit(Flag.SKIP_SUCCESS)) != 0;
        if (silent && action != Action.READ && action != Action.WRITE) {
            action = Action.NOP;
        }
        int size = isAboutTime ? random.nextInt(3) : SIZES[random.nextInt(SIZES.length)];
        return new Entry(action, place(random, action), to(random, action, number), size, flags);
    }

    private static int to(Random random, Action action, int number) {
        return switch (action) {
            case SPLICE, TEE -> random.nextInt(Place.values().length);
            case CANCEL_ONE, UPDATE_TIMEOUT -> number == 0 ? 0 : random.nextInt(number);
            case COUNTING_TIMEOUT -> 1 + random.nextInt(3);
            case SHUTDOWN -> random.nextInt(3);
            default -> random.nextInt(4) * 8;
        };
    }

    private static Place place(Random random, Action action) {
        boolean anywhere = random.nextInt(100) < 8;
        var likely =
                switch (action) {
                    case READ ->
                            new Place[] {
                                Place.PIPE_OUT, Place.PIPE_OUT, Place.OTHER_OUT, Place.FILE
                            };
                    case WRITE ->
                            new Place[] {Place.PIPE_IN, Place.PIPE_IN, Place.OTHER_IN, Place.FILE};
                    case RECV, RECV_ALL, ACCEPT -> new Place[] {Place.NEAR};
                    case SEND, SEND_ALL, SEND_ZERO_COPY -> new Place[] {Place.FAR};
                    case POLL_IN -> new Place[] {Place.PIPE_OUT, Place.OTHER_OUT, Place.NEAR};
                    case POLL_OUT -> new Place[] {Place.PIPE_IN, Place.OTHER_IN, Place.NEAR};
                    case SPLICE, TEE -> new Place[] {Place.PIPE_OUT, Place.OTHER_OUT};
                    case SHUTDOWN -> new Place[] {Place.NEAR, Place.FAR};
                    default -> Place.values();
                };
        // Not a splice from a socket: it holds the pipe while it waits for bytes, and who then
        // reads or writes the pipe waits in the
        // kernel, without an end and out of reach of any cancel.
        var all = action == Action.SPLICE ? UNLIKE_SOCKETS : Place.values();
        var among = anywhere ? all : likely;
        return among[random.nextInt(among.length)];
    }

    /// The entries, in order.
    List<Entry> entries() {
        return steps.stream().filter(Entry.class::isInstance).map(Entry.class::cast).toList();
    }

    /// Whether an entry has a flag of [dev.catena.ops.Sqe].
    boolean uses(int flag) {
        return entries().stream().anyMatch(entry -> (entry.flags() & flag) != 0);
    }

    /// Programs with one step less. Who is meant by number is then somebody else, which is as good.
    List<Program> smaller() {
        var smaller = new ArrayList<Program>();
        for (int i = 0; i < steps.size(); i++) {
            var fewer = new ArrayList<>(steps);
            fewer.remove(i);
            smaller.add(new Program(closed(fewer)));
        }
        return smaller;
    }

    /// The steps, with no chain left open where it is submitted, which no driver of ours does.
    private static List<Step> closed(List<Step> steps) {
        var closed = new ArrayList<Step>(steps);
        for (int i = 0; i < closed.size(); i++) {
            boolean isLast = i + 1 == closed.size() || closed.get(i + 1) instanceof Submit;
            if (isLast
                    && closed.get(i)
                            instanceof Entry(var action, var on, var to, var size, var flags)) {
                int kept = flags & bit(Flag.DRAIN);
                closed.set(i, new Entry(action, on, to, size, kept));
            }
        }
        return List.copyOf(closed);
    }

    @Override
    public String toString() {
        var text = new StringJoiner(" ");
        steps.forEach(step -> text.add(step.toString()));
        return text.toString();
    }
}
