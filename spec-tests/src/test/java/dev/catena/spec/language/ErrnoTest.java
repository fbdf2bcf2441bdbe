package dev.catena.spec.language;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catena.ops.Errno;
import dev.catena.spec.HeaderProgram;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The error numbers, against those of the installed C headers.
class ErrnoTest {
    @TempDir private Path folder;

    @Test
    void everyNumberShouldBeThatOfTheHeader() throws Exception {
        var program = new HeaderProgram("stdio.h", "errno.h");
        var named = Arrays.stream(Errno.values()).filter(errno -> errno != Errno.UNKNOWN).toList();
        named.forEach(errno -> program.ask(errno.name()));
        program.ask("EWOULDBLOCK");
        program.ask("ENOTSUP");
        var numbers = program.run(folder);
        assertThat(program.unknown()).as("names that the header does not know").isEmpty();
        assertThat(numbers.remove("EWOULDBLOCK")).isEqualTo(Errno.EAGAIN.number());
        assertThat(numbers.remove("ENOTSUP")).isEqualTo(Errno.EOPNOTSUPP.number());
        assertThat(
                        named.stream()
                                .collect(
                                        Collectors.toMap(
                                                Errno::name, errno -> (long) errno.number())))
                .isEqualTo(numbers);
    }

    @Test
    void numbersShouldBeFoundAgainWhateverTheirSign() {
        for (var errno : Errno.values()) {
            assertThat(Errno.of(errno.number())).isEqualTo(errno);
            assertThat(Errno.of(-errno.number())).isEqualTo(errno);
            assertThat(errno.sentence()).isNotBlank();
        }
        assertThat(Errno.of(41)).isEqualTo(Errno.UNKNOWN);
        assertThat(Errno.of(100_000)).isEqualTo(Errno.UNKNOWN);
        assertThat(Errno.of(Integer.MIN_VALUE)).isEqualTo(Errno.UNKNOWN);
    }

    @Test
    void noTwoShouldShareANumberOrASentence() {
        assertThat(Errno.values()).extracting(Errno::number).doesNotHaveDuplicates();
        assertThat(Errno.values()).extracting(Errno::sentence).doesNotHaveDuplicates();
    }
}
