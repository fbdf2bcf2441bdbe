package dev.catena.examples.proxy;

import static dev.catena.ops.Ops.link;
import static dev.catena.ops.Ops.pipe;
import static dev.catena.ops.Ops.poll;
import static dev.catena.ops.Ops.shutdown;
import static dev.catena.ops.Ops.splice;

import dev.catena.ops.DeadlineExceededException;
import dev.catena.ops.Fd;
import dev.catena.ops.PollEvent;
import dev.catena.ops.Shutdown;
import dev.catena.scope.Scope;
import java.io.IOException;

/// One direction of a relay: what comes from one socket goes to the other, until the end of the stream, which is passed on.
///
/// Each of the two chains is a poll linked to a splice: a splice that had to wait would keep a thread of the kernel waiting with it, and
/// the pipe locked. The program sees no byte.
///
/// @param from a socket
/// @param to a socket
/// @param activity of the relay
/// @param moved counts the bytes
record Direction(Fd from, Fd to, Activity activity, Moved moved) {
    private static final int MOST_BYTES = 1 << 16; // what a pipe holds

    /// Moves all there is to come.
    ///
    /// @throws IOException if a side breaks, or nothing went in either direction for too long
    void run(Scope scope) throws IOException {
        var pipe = scope.await(pipe());
        for (int size = fill(scope, pipe.writing()); size > 0; size = fill(scope, pipe.writing())) {
            for (int left = size; left > 0; ) {
                left -= drain(scope, pipe.reading(), left);
            }
            moved.add(size);
        }
        var _ = scope.await(shutdown(to, Shutdown.Direction.WRITE));
    }

    private int fill(Scope scope, Fd pipe) throws IOException {
        while (true) {
            try {
                int size =
                        scope.await(
                                        link(
                                                poll(from, PollEvent.READABLE)
                                                        .within(activity.left()),
                                                splice(from, pipe, MOST_BYTES)))
                                ._2();
                activity.happened();
                return size;
            } catch (DeadlineExceededException nothingHere) {
                if (activity.left().isZero()) { // nor on the other side
                    throw nothingHere;
                }
            }
        }
    }

    private int drain(Scope scope, Fd pipe, int most) throws IOException {
        int size =
                scope.await(
                                link(
                                        poll(to, PollEvent.WRITABLE).within(activity.left()),
                                        splice(pipe, to, most)))
                        ._2();
        activity.happened();
        return size;
    }
}
