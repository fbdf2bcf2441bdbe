package dev.catena.proactor;

import dev.catena.ops.InvalidValueException;

/// Which driver a proactor runs on.
public enum DriverKind {
    /// io_uring, or the portable driver where no ring can be made, which is logged once with the reason.
    BEST,
    /// io_uring, or nothing.
    URING,
    /// The JDK's own channels: everywhere, slower, and without the few operations that `docs/portable.md` lists.
    PORTABLE;

    /// The system property that says which, in lower case, where a program does not say it.
    public static final String PROPERTY = "catena.driver";

    /// What the system property says; [#BEST] if it is not set.
    ///
    /// @throws InvalidValueException if it says something else
    static DriverKind ofProperty() {
        var name = System.getProperty(PROPERTY, "best");
        return switch (name) {
            case "best" -> BEST;
            case "uring" -> URING;
            case "portable" -> PORTABLE;
            default ->
                    throw new InvalidValueException(
                            "-D" + PROPERTY + " is best, uring or portable: " + name);
        };
    }
}
