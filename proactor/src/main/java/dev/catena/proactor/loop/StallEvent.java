package dev.catena.proactor.loop;

import java.util.Arrays;
import java.util.stream.Collectors;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/// A loop has not come back for longer than its threshold.
@Name("dev.catena.Stall")
@Label("Stall")
@Category("Catena")
@Description("The loop has not come back to its queues for longer than its threshold")
@StackTrace(false) // it would be the watchdog's
final class StallEvent extends Event {
    @Label("Loop")
    String loop = "";

    @Label("Stalled")
    @Description("For how long, when it was seen")
    @Timespan(Timespan.NANOSECONDS)
    long stalled;

    @Label("Holder")
    @Description("The thread that held the loop")
    String holder = "";

    @Label("Stack")
    @Description("Where that was, a frame a line")
    String stack = "";

    /// Tells recordings (watchdog).
    static void tell(EventLoop loop, long stalledNanos, Thread holder, StackTraceElement[] stack) {
        var event = new StallEvent();
        if (event.isEnabled()) {
            event.loop = loop.thread.getName();
            event.stalled = stalledNanos;
            event.holder = holder.getName();
            event.stack =
                    Arrays.stream(stack).map(Object::toString).collect(Collectors.joining("\n"));
            event.commit();
        }
    }
}
