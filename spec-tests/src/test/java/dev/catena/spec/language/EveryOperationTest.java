package dev.catena.spec.language;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catena.ops.Op;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The register of the tests that show operations on the real kernel.
class EveryOperationTest {
    private static final List<Class<?>> REGISTER =
            List.of(
                    UringControlTest.class,
                    UringFilesTest.class,
                    UringMessagesTest.class,
                    UringMultishotTest.class,
                    UringNamesTest.class,
                    UringPipesTest.class,
                    UringSlotsTest.class,
                    UringSocketsTest.class,
                    UringTimesTest.class,
                    UringZeroCopyTest.class);

    @Test
    void everyOperationShouldHaveATestOnTheRealKernel() {
        var shown =
                REGISTER.stream()
                        .flatMap(test -> Stream.of(test.getDeclaredMethods()))
                        .filter(method -> method.isAnnotationPresent(Test.class))
                        .flatMap(EveryOperationTest::shownBy)
                        .collect(Collectors.toSet());
        assertThat(missing(shown))
                .as("operations without a test that @Shows them (add one, and its class here)")
                .isEmpty();
        assertThat(shown).as("what tests show").isSubsetOf(operations());
    }

    @Test
    void registerShouldMissAnOperationThatNothingShows() {
        assertThat(missing(Set.of())).contains("Read", "AcceptEach", "FutexWake").hasSize(47);
    }

    private static Stream<Class<?>> shownBy(Method method) {
        var shows = method.getAnnotation(Shows.class);
        return shows == null ? Stream.empty() : Arrays.stream(shows.value());
    }

    private static Set<String> missing(Set<Class<?>> shown) {
        return operations().stream()
                .filter(operation -> !shown.contains(operation))
                .map(Class::getSimpleName)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /// The records among the permitted subclasses of [Op], at any depth.
    static Set<Class<?>> operations() {
        return records(Op.class).collect(Collectors.toSet());
    }

    private static Stream<Class<?>> records(Class<?> type) {
        return type.isRecord()
                ? Stream.of(type)
                : Stream.of(type.getPermittedSubclasses()).flatMap(EveryOperationTest::records);
    }
}
