package dev.catena.scope;

import dev.catena.ops.Deadline;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The end of a scope: a machine that the loop drives, whoever waits for it.
///
/// When the scope is quiet its finalizers are run; then its descriptors are closed; when those closes are done its leases end,
/// and it leaves its parent. A step that finds something in flight is taken again when the next of it has ended. Loop thread
/// only, but for the finalizers, which have a thread of their own.
final class Ending {
    private enum Phase {
        OPEN,
        /// Waits to be quiet. What still runs in it is told to end whatever it asks for, and may clean up behind a shield.
        ENDING,
        /// Quiet; its finalizers are being run.
        FINALIZING,
        /// Quiet; its descriptors are being closed.
        CLOSING,
        CLOSED
    }

    private final LiveScope scope;
    private final Contents contents;
    private final ArrayDeque<Scope.Cleanup> finalizers = new ArrayDeque<>(0);
    private final Watchers quiet = new Watchers();
    private final Watchers closed = new Watchers();
    private Phase phase = Phase.OPEN;
    private boolean begunByOwner;
    private boolean outOfOrder;

    Ending(LiveScope scope, Contents contents) {
        this.scope = scope;
        this.contents = contents;
    }

    boolean isOpen() {
        return phase == Phase.OPEN;
    }

    /// Whether it has anything to do with what is asked of it: as long as something runs in it.
    boolean takesWork() {
        return phase == Phase.OPEN || phase == Phase.ENDING;
    }

    /// Whether scopes may be opened in it: also for its finalizers.
    boolean takesScopes() {
        return takesWork() || phase == Phase.FINALIZING;
    }

    boolean isClosed() {
        return phase == Phase.CLOSED;
    }

    /// Whether its owner ended it although scopes within it had not been closed; said once.
    boolean takeOutOfOrder() {
        boolean was = outOfOrder;
        outOfOrder = false;
        return was;
    }

    /// It is ended although scopes within it have not been closed.
    void outOfOrder() {
        outOfOrder = true;
    }

    /// Who waits for everything started in it to have ended.
    Watchers quiet() {
        return quiet;
    }

    /// Who waits for its end.
    Watchers closed() {
        return closed;
    }

    void onClose(Scope.Cleanup finalizer) {
        finalizers.push(finalizer);
    }

    /// How far it is, for people.
    String describe() {
        return switch (phase) {
            case OPEN -> "open";
            case ENDING -> "ending: waits for what runs in it";
            case FINALIZING -> "ending: its finalizers are run";
            case CLOSING -> "ending: its descriptors are being closed";
            case CLOSED -> "closed";
        };
    }

    /// Begins it, if it has not begun.
    ///
    /// @param byOwner whether its owner asked for it, and not the scope around it or the proactor
    void begin(boolean byOwner) {
        if (phase == Phase.OPEN) {
            phase = Phase.ENDING;
            begunByOwner = byOwner;
            advance();
        }
    }

    /// Takes the next step, if it can be taken. Called whenever something in the scope has ended.
    void advance() {
        if (contents.isQuietButForOpenScopes()) {
            quiet.tellOnce();
            endNewestOpenScope();
        }
        if (phase == Phase.ENDING && contents.isQuiet()) {
            phase = Phase.FINALIZING;
            if (finalizers.isEmpty()) {
                finalized();
            } else {
                scope.loop().newThread(scope.name() + "-finalizers", this::runFinalizers).start();
            }
        }
        if (phase == Phase.CLOSING && contents.isQuiet()) {
            phase = Phase.CLOSED;
            scope.leave();
            closed.tellOnce();
        }
    }

    /// A scope within this one that nobody is going to end any more: it was opened for a `try` that has not been left.
    private void endNewestOpenScope() {
        var newest = contents.newestScope();
        if (phase == Phase.ENDING && newest != null && newest.beginEndByParent()) {
            outOfOrder = begunByOwner;
        }
    }

    /// Runs the finalizers, the newest first, each whatever became of those before (a thread of its own).
    private void runFinalizers() {
        var loop = scope.loop();
        var limit = Deadline.after(loop.nanoTime(), scope.options().cleanup());
        var cleanup = ScopeOptions.of("the clean-up of " + scope).shield().by(limit);
        for (var finalizer : loop.call(() -> List.copyOf(finalizers))) {
            try {
                scope.<@Nullable Void, Exception>child(
                        cleanup,
                        shielded -> {
                            finalizer.run(shielded);
                            return null;
                        });
            } catch (Throwable thrown) { // the scope throws it, and the others are run
                loop.perform(() -> scope.failures().add(thrown));
            }
        }
        loop.perform(() -> finalized());
    }

    private void finalized() {
        phase = Phase.CLOSING;
        scope.closeDescriptors();
        advance();
    }
}
