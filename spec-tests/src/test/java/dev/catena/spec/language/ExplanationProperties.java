package dev.catena.spec.language;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catena.ops.Bound;
import dev.catena.ops.Chain;
import dev.catena.ops.Deadline;
import dev.catena.ops.Op;
import dev.catena.ops.Sqe;
import dev.catena.ops.Step;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AfterContainer;

/// What `explain()` says of a value against the bytes that the driver writes for it.
class ExplanationProperties {
    private static final int ENTRIES = 16;
    private static final long NOW_NANOS = 1_234_567_890_123L;
    private static final Pattern BY = Pattern.compile("by\\(monotonic (\\d+) ns\\)");
    private static final Pattern OF_CHAIN = Pattern.compile("chainWithin\\((PT[^)]*)\\)");
    private static final Set<Class<?>> SEEN = ConcurrentHashMap.newKeySet();

    @Provide
    Arbitrary<Op<?>> ops() {
        return Values.ops();
    }

    @Provide
    Arbitrary<List<Step<?>>> chains() {
        return Values.chains();
    }

    @Property(tries = 5_000)
    @Tag("C5")
    void explanationOfAnOperationShouldSayWhatTheBytesSay(@ForAll("ops") Op<?> op)
            throws Exception {
        SEEN.add(op.getClass());
        var writer = new Writer();
        writer.write(new Sqe(op, Sqe.flagsOf(op), 0, false), 0);
        assertThat(said(op.explain())).containsExactly(writer.read(0));
    }

    @Property(tries = 2_000)
    @Tag("C5")
    void explanationOfAChainShouldSayWhatTheBytesSay(@ForAll("chains") List<Step<?>> steps)
            throws Exception {
        var chain = Chain.ofAll(steps);
        var writer = new Writer();
        var lines = said(chain.explain());
        assertThat(lines).hasSize(chain.entries().size());
        for (int i = 0; i < chain.entries().size(); i++) {
            var entry = chain.entries().get(i);
            SEEN.add(entry.op().getClass());
            writer.write(entry, i);
            assertThat(lines.get(i)).isEqualTo(writer.read(i));
        }
    }

    /// The generators make every operation that has an entry.
    @AfterContainer
    static void everyOperationShouldHaveBeenGenerated() {
        var operations = new java.util.HashSet<>(EveryOperationTest.operations());
        operations.removeIf(operation -> operation.getSimpleName().equals("SocketName"));
        if (SEEN.size() > 10) { // a single failing sample is run again on its own
            assertThat(SEEN).containsAll(operations);
        }
    }

    /// The entries of an explanation, with times as an entry has them: an instant for all that is not relative.
    private static List<String> said(String explanation) {
        return explanation
                .lines()
                .skip(1)
                .map(line -> line.strip().replaceFirst("^\\d+ +", ""))
                .map(line -> line.replace("by(never)", "by(" + Long.MAX_VALUE + ")"))
                .map(line -> BY.matcher(line).replaceAll("by($1)"))
                .map(
                        line ->
                                OF_CHAIN.matcher(line)
                                        .replaceAll(match -> "by(" + instant(match.group(1)) + ")"))
                .toList();
    }

    private static long instant(String duration) {
        Bound bound = new Bound.OfChain(Duration.parse(duration));
        Deadline deadline = bound.from(NOW_NANOS);
        return deadline.nanos();
    }

    /// The driver's writer, on memory that no kernel looks at.
    private static final class Writer {
        private final MemorySegment entries = Arena.ofAuto().allocate(64L * ENTRIES, 64);
        private final Object writer;
        private final Method write;

        Writer() throws ReflectiveOperationException {
            var type = Class.forName("dev.catena.proactor.uring.SqeWriter");
            var memory = accessible(Class.forName("dev.catena.proactor.uring.OpMemory"));
            // what an old entry has left must not shine through
            entries.fill((byte) 0xa5);
            writer =
                    accessible(type)
                            .newInstance(
                                    entries.address(),
                                    (int) (entries.byteSize() / 64),
                                    memory.newInstance());
            write =
                    type.getDeclaredMethod(
                            "write", int.class, Op.class, int.class, long.class, long.class);
            write.setAccessible(true);
        }

        private static Constructor<?> accessible(Class<?> type) {
            var constructor = type.getDeclaredConstructors()[0];
            constructor.setAccessible(true);
            return constructor;
        }

        void write(Sqe sqe, int index) throws ReflectiveOperationException {
            write.invoke(writer, index, sqe.op(), sqe.flags(), 0x7700L + index, NOW_NANOS);
        }

        String read(int index) throws IOException {
            return SqeReader.read(entries, index);
        }
    }
}
