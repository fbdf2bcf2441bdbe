package dev.catena.proactor.loop;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// The completion queue was full.
@Name("dev.catena.Overflow")
@Label("Overflow")
@Category("Catena")
@Description("Completions did not fit into the queue and had to be fetched from the kernel")
@StackTrace(false)
final class OverflowEvent extends Event {
    private static final OverflowEvent PROBE = new OverflowEvent();

    @Label("Loop")
    String loop = "";

    @Label("Count")
    @Description("The overflows that no event before has told of")
    long count;

    /// Whether a recording wants such events.
    static boolean isOn() {
        return PROBE.isEnabled();
    }
}
