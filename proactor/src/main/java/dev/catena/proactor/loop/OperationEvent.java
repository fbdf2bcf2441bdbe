package dev.catena.proactor.loop;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// One entry on its way through the kernel, from being published to its last completion. Made only while a recording wants it.
@Name("dev.catena.Operation")
@Label("Operation")
@Category("Catena")
@Description("An entry of the submission queue, from being published to its last completion")
@Enabled(false)
@StackTrace(false)
final class OperationEvent extends Event {
    private static final OperationEvent PROBE = new OperationEvent();

    @Label("Loop")
    String loop = "";

    @Label("Scope")
    String scope = "";

    @Label("Scope Number")
    @Description("Among the scopes of its loop; 0 for what the loop does for itself")
    long scopeId;

    @Label("Operation")
    String operation = "";

    @Label("Descriptor")
    @Description("The number of the descriptor it works on, or -1")
    int fd = -1;

    @Label("Link")
    @Description("Its place in its chain, from 0")
    int link;

    @Label("Result")
    @Description("0 or more, or a negative error number")
    int result;

    /// Whether a recording wants such events.
    static boolean isOn() {
        return PROBE.isEnabled();
    }

    /// One that begins now.
    static OperationEvent begun() {
        var event = new OperationEvent();
        event.begin();
        return event;
    }

    /// Ends it (loop thread).
    void tell(Submission submission, int entry, Entrance entrance) {
        end();
        if (!shouldCommit()) {
            return;
        }
        var op = submission.op(entry);
        var fd = op.fd();
        loop = VirtualThreads.carrier().getName();
        operation = op.toString();
        this.fd = fd == null ? -1 : fd.number();
        link = entry;
        var home = submission.home();
        if (home != null) {
            scope = home.name();
            scopeId = home.id();
        }
        entrance.commit(this);
    }
}
