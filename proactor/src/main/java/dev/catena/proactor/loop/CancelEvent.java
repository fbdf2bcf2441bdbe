package dev.catena.proactor.loop;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// The end of an operation or chain was asked for; how it ends is the operation's to say.
@Name("dev.catena.Cancel")
@Label("Cancel")
@Category("Catena")
@Description("The end of an operation or chain was asked for")
@StackTrace(false)
final class CancelEvent extends Event {
    private static final CancelEvent PROBE = new CancelEvent();

    @Label("Loop")
    String loop = "";

    @Label("Scope")
    String scope = "";

    @Label("Scope Number")
    long scopeId;

    @Label("Operation")
    String operation = "";

    @Label("Reason")
    String reason = "";

    /// Tells recordings, if they want it (loop thread).
    static void tell(Submission submission, Object why, Entrance entrance) {
        if (!PROBE.isEnabled()) {
            return;
        }
        var event = new CancelEvent();
        event.loop = VirtualThreads.carrier().getName();
        event.operation = submission.toString();
        event.reason = why.toString();
        var home = submission.home();
        if (home != null) {
            event.scope = home.name();
            event.scopeId = home.id();
        }
        entrance.commit(event);
    }
}
