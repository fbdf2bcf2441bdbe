package dev.catena.proactor.loop;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// One stay in the kernel, of the loop itself.
@Name("dev.catena.Enter")
@Label("Enter")
@Category("Catena")
@Description("The loop entered the kernel: to submit, to wait, or both")
@Enabled(false)
@StackTrace(false)
final class EnterEvent extends Event {
    private static final EnterEvent PROBE = new EnterEvent();

    @Label("Loop")
    String loop = "";

    @Label("Submitted")
    @Description("The entries that the kernel took")
    long submitted;

    @Label("Completions")
    @Description("Those that were there when it came back")
    int completions;

    /// Whether a recording wants such events.
    static boolean isOn() {
        return PROBE.isEnabled();
    }
}
