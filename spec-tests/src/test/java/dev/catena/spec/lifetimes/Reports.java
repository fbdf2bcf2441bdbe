package dev.catena.spec.lifetimes;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.xml.sax.SAXException;

/// What became of the tests on one driver, from the reports of the build.
final class Reports {
    /// What became of a test.
    enum State {
        /// It held.
        PASSED,
        /// It did not.
        FAILED,
        /// It was not tried.
        SKIPPED
    }

    /// A test's end.
    ///
    /// @param state what became of it
    /// @param reason why it was not tried; empty if it was
    record Ended(State state, String reason) {}

    private static final String REFUSAL = "not on ";

    // by Class#method
    private final Map<String, Ended> tests = new TreeMap<>();

    private Reports() {}

    /// Those of `uring`, `portable` or `sim`.
    static Reports on(String driver) throws IOException {
        var reports = new Reports();
        if (!driver.equals("uring")) {
            reports.read(Path.of("target/surefire-reports-" + driver), _ -> true);
        }
        // what is not a matter of the driver, and what says itself on which it runs
        reports.read(
                Path.of("target/surefire-reports"), type -> driver.equals(driverOf(type, driver)));
        return reports;
    }

    /// On which driver the default run tries a class, seen from `wanted`.
    private static String driverOf(String type, String wanted) {
        var name = type.substring(type.lastIndexOf('.') + 1);
        if (type.startsWith("dev.catena.spec.sim.")) {
            return "sim";
        }
        if (type.startsWith("dev.catena.spec.portable.Driver")) {
            return wanted.equals("sim") ? "" : wanted; // on both, as DriverUnderTest says
        }
        return name.contains("Uring") ? "uring" : wanted;
    }

    /// The tests that `Class` or `Class#method` names.
    List<Ended> of(String name) {
        var found = new ArrayList<Ended>();
        if (name.contains("#")) {
            var one = tests.get(name);
            if (one != null) {
                found.add(one);
            }
        } else {
            tests.forEach(
                    (test, ended) -> {
                        if (test.startsWith(name + "#")) {
                            found.add(ended);
                        }
                    });
        }
        return found;
    }

    /// The tests that were not tried, with the reason.
    Map<String, String> skipped() {
        var skipped = new TreeMap<String, String>();
        tests.forEach(
                (test, ended) -> {
                    if (ended.state() == State.SKIPPED) {
                        skipped.put(test, ended.reason());
                    }
                });
        return skipped;
    }

    private void read(Path folder, Predicate<String> counts) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (var files = Files.newDirectoryStream(folder, "TEST-*.xml")) {
            for (var file : files) {
                read(file.toFile(), counts);
            }
        }
    }

    private void read(File file, Predicate<String> counts) throws IOException {
        try {
            var cases =
                    DocumentBuilderFactory.newInstance()
                            .newDocumentBuilder()
                            .parse(file)
                            .getElementsByTagName("testcase");
            for (int i = 0; i < cases.getLength(); i++) {
                var test = (Element) cases.item(i);
                if (counts.test(test.getAttribute("classname"))) {
                    add(test);
                }
            }
        } catch (ParserConfigurationException | SAXException e) {
            throw new IOException(file.toString(), e);
        }
    }

    private void add(Element test) {
        var type = test.getAttribute("classname");
        var method = test.getAttribute("name").replaceFirst("[^A-Za-z0-9_].*", "");
        // a class that is skipped as a whole has one case without a name
        var name =
                type.substring(type.lastIndexOf('.') + 1)
                        + "#"
                        + (method.isEmpty() ? "all" : method);
        tests.merge(name, ended(test), Reports::worse);
    }

    private static Ended ended(Element test) {
        if (test.getElementsByTagName("failure").getLength() > 0
                || test.getElementsByTagName("error").getLength() > 0) {
            return new Ended(State.FAILED, "");
        }
        var skips = test.getElementsByTagName("skipped");
        if (skips.getLength() == 0) {
            return new Ended(State.PASSED, "");
        }
        var skip = (Element) skips.item(0);
        var message = skip.getAttribute("message");
        var reason = message.isEmpty() ? skip.getTextContent().strip() : message;
        return new Ended(
                State.SKIPPED,
                reason.startsWith(REFUSAL)
                        ? reason.substring(reason.indexOf(": ") + 2)
                        : reason.lines().findFirst().orElse("no reason"));
    }

    /// Of the cases of one test, the worst counts.
    private static Ended worse(Ended one, Ended other) {
        return one.state() == State.FAILED || other.state() == State.PASSED ? one : other;
    }
}
