package dev.catena.spec;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// The rooms of the house (DESIGN.md, section 2), and what is in them.
class ArchitectureTest {
    private static final int MOST_LINES = 410; // about 400

    // tests have long lists of short methods
    private static final int MOST_LINES_OF_TESTS = 500;

    // Those that are longer, and how long they may get: parting these would only spread their
    // state.
    private static final Map<String, Integer> LONGER =
            Map.of(
                    "LiveScope.java", 850,
                    "EventLoop.java", 700,
                    "UringDriver.java", 460,
                    "Operation.java", 450,
                    "Ops.java", 500);

    private static final JavaClasses ALL =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("dev.catena");

    @Test
    void modulesShouldDependOnlyOnThoseBelowThem() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("ops")
                .definedBy("dev.catena.ops..")
                .layer("proactor")
                .definedBy("dev.catena.proactor..")
                .layer("scope")
                .definedBy("dev.catena.scope..", "dev.catena.io..")
                .layer("timers")
                .definedBy("dev.catena.timers..")
                .layer("examples")
                .definedBy("dev.catena.examples..")
                .withOptionalLayers(true)
                .whereLayer("proactor")
                .mayOnlyAccessLayers("ops")
                .whereLayer("scope")
                .mayOnlyAccessLayers("ops", "proactor")
                .whereLayer("timers")
                .mayOnlyAccessLayers("ops", "proactor", "scope")
                .whereLayer("ops")
                .mayNotAccessAnyLayer()
                .whereLayer("examples")
                .mayNotBeAccessedByAnyLayer()
                .check(ALL);
    }

    @Test
    void opsShouldBePureValuesThatNeedNothingButVavr() {
        classes()
                .that()
                .resideInAPackage("dev.catena.ops..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "dev.catena.ops..",
                        "io.vavr..",
                        "org.jspecify..",
                        "java.lang..",
                        "java.util..",
                        "java.time..",
                        "java.io",
                        "java.net",
                        "java.nio..",
                        "")
                .check(ALL);
    }

    @Test
    void opsShouldDoNothing() {
        var ops = noClasses().that().resideInAPackage("dev.catena.ops..");
        for (var type :
                new Class<?>[] {
                    Thread.class,
                    java.lang.foreign.Linker.class,
                    java.lang.foreign.SymbolLookup.class,
                    java.net.Socket.class,
                    java.net.ServerSocket.class,
                    java.nio.channels.Channel.class,
                    java.nio.file.Files.class,
                    java.util.concurrent.Executor.class,
                    java.time.Clock.class,
                }) {
            ops.should().dependOnClassesThat().areAssignableTo(type).check(ALL);
        }
        ops.should().callMethod(System.class, "nanoTime").check(ALL);
        ops.should().callMethod(System.class, "currentTimeMillis").check(ALL);
        ops.should().callMethod(java.time.Instant.class, "now").check(ALL);
    }

    @Test
    void nothingShouldHaveANameThatSaysNothing() {
        noClasses()
                .should()
                .haveSimpleNameEndingWith("Util")
                .orShould()
                .haveSimpleNameEndingWith("Utils")
                .orShould()
                .haveSimpleNameEndingWith("Helper")
                .orShould()
                .haveSimpleNameEndingWith("Manager")
                .orShould()
                .haveSimpleNameEndingWith("Impl")
                .orShould()
                .resideInAnyPackage("..util..", "..common..", "..impl..")
                .check(ALL);
        assertThat(ALL.stream().map(JavaClass::getSimpleName)).contains("Op", "EventLoop", "Scope");
    }

    @Test
    void nativeCodeShouldBeInTheDriverOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.catena.proactor.uring..")
                .should()
                .dependOnClassesThat()
                .areAssignableTo(java.lang.foreign.Linker.class)
                .check(ALL);
    }

    @Test
    void filesShouldBeShort() throws IOException {
        var tooLong = new TreeMap<String, Integer>();
        int files = 0;
        for (var module :
                List.of(
                        "ops",
                        "proactor",
                        "scope",
                        "timers",
                        "examples",
                        "benchmarks",
                        "spec-tests")) {
            try (var sources = Files.walk(Path.of("..", module, "src"))) {
                for (var source : sources.filter(ArchitectureTest::isJava).toList()) {
                    int lines = Files.readAllLines(source).size();
                    if (lines > mostLines(source)) {
                        tooLong.put(source.toString(), lines);
                    }
                    files++;
                }
            }
        }
        assertThat(files).as("sources found").isGreaterThan(50);
        assertThat(tooLong).as("files that are too long").isEmpty();
    }

    private static int mostLines(Path source) {
        var name = source.getFileName().toString();
        boolean isTest = source.toString().contains("/src/test/");
        return LONGER.getOrDefault(name, isTest ? MOST_LINES_OF_TESTS : MOST_LINES);
    }

    private static boolean isJava(Path file) {
        return file.toString().endsWith(".java");
    }
}
