package dev.catena.spec.timers;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The table of Tokio's cases in `timers/README.md`: no test in it that is not there.
class TokioTableTest {
    private static final Pattern TEST = Pattern.compile("`(\\w+)#(\\w+)`");
    private static final List<Class<?>> SPECIFICATIONS =
            List.of(
                    IntervalTest.class,
                    RatesTest.class,
                    SleepTest.class,
                    TimeoutTest.class,
                    UringLaterTest.class);

    @Test
    void everyTestThatTheTableNamesShouldBeThere() throws Exception {
        var there =
                SPECIFICATIONS.stream()
                        .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                        .filter(TokioTableTest::isTest)
                        .map(
                                test ->
                                        test.getDeclaringClass().getSimpleName()
                                                + "#"
                                                + test.getName())
                        .collect(Collectors.toSet());
        var named = new TreeSet<String>();
        var table = TEST.matcher(Files.readString(Path.of("../timers/README.md")));
        while (table.find()) {
            named.add(table.group(1) + "#" + table.group(2));
        }
        assertThat(named).hasSizeGreaterThan(30);
        assertThat(there).containsAll(named);
    }

    private static boolean isTest(Method method) {
        return Arrays.stream(method.getAnnotations())
                .anyMatch(
                        annotation -> annotation.annotationType().getSimpleName().endsWith("Test"));
    }
}
