package dev.catena.scope;

import dev.catena.ops.Outcome;
import dev.catena.ops.Pipeline;
import dev.catena.proactor.loop.LoopTimer;
import io.vavr.Tuple;
import io.vavr.Tuple0;

/// A wait in the loop's timer queue. Loop thread only.
final class Nap extends Composite<Tuple0> {
    private static final Outcome<Tuple0> WOKEN = new Outcome.Completed<>(Tuple.empty());

    private final Pipeline.Sleep sleep;
    private final Alarm alarm = new Alarm();
    private boolean isCut;

    private final class Alarm extends LoopTimer {
        @Override
        protected void expired() {
            end(WOKEN, null);
        }
    }

    Nap(LiveScope scope, Pipeline.Sleep sleep, int shields, int depth) {
        super(scope, shields, depth);
        this.sleep = sleep;
    }

    @Override
    void begin() {
        var why = refusal();
        if (why != null) {
            end(why.outcome(sleep), null);
            return;
        }
        long nowNanos = scope().loop().nanoTime();
        long untilNanos = sleep.until().from(nowNanos).nanos();
        if (untilNanos <= nowNanos) {
            end(WOKEN, null);
        } else {
            scope().loop().arm(alarm, untilNanos);
        }
    }

    @Override
    void stopped(Stop why) {
        if (alarm.isArmed()) {
            scope().loop().disarm(alarm);
            isCut = true;
            end(null, null);
        }
    }

    /// Of a sleep that was cut short it is made when somebody asks: of a million, few are asked for.
    @Override
    public Outcome<Tuple0> verdict() {
        var why = stop();
        return isCut && why != null ? why.outcome(sleep) : super.verdict();
    }

    @Override
    String doing() {
        return alarm.isArmed()
                ? "waits in the timer queue, due in "
                        + Dump.time(alarm.deadlineNanos() - scope().loop().nanoTime())
                : super.doing();
    }

    @Override
    public String toString() {
        return sleep.toString();
    }
}
