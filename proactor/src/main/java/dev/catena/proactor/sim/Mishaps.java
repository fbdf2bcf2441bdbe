package dev.catena.proactor.sim;

import dev.catena.ops.Cancel;
import dev.catena.ops.LinkTimeout;
import dev.catena.ops.Multishot;
import dev.catena.ops.Nop;
import dev.catena.ops.Op;
import dev.catena.ops.Timeout;
import dev.catena.ops.UpdateTimeout;

/// What goes wrong with a request: what fault rules say, and what the schedule chooses. Guarded by the kernel's lock.
final class Mishaps {
    private Mishaps() {}

    /// What is done to a request whose turn has come.
    static Treatment of(Machine machine, Request request) {
        var treatment = machine.faults.treatment(request);
        if (!mayFail(request.op)) {
            return treatment;
        }
        var failure = machine.decisions.failure();
        if (failure != null) {
            machine.note(Trail.Kind.FAULT, request.op, 0, request + " fails with " + failure);
            treatment = treatment.fail(failure);
        }
        if (request.file instanceof StreamSocket socket
                && socket.isTcp()
                && machine.decisions.happens(Decision.RESET)) {
            machine.note(Trail.Kind.FAULT, request.op, 0, request + " finds a reset");
            treatment = treatment.reset();
        }
        return treatment;
    }

    /// Whether the schedule may let it fail: requests about requests, and time, do not.
    private static boolean mayFail(Op<?> op) {
        return !(op instanceof Nop
                || op instanceof Timeout
                || op instanceof LinkTimeout
                || op instanceof UpdateTimeout
                || op instanceof Cancel
                || op instanceof Multishot);
    }
}
