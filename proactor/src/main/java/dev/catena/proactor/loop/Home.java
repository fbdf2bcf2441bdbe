package dev.catena.proactor.loop;

/// The loop whose scope a thread runs in that the JDK schedules: as all do where loops cannot, and those that steal.
final class Home {
    private static final ScopedValue<EventLoop> LOOP = ScopedValue.newInstance();

    private Home() {}

    /// The life of such a thread.
    static Runnable at(EventLoop loop, Runnable life) {
        return () -> ScopedValue.where(LOOP, loop).run(life);
    }

    /// Whether that is the caller's.
    static boolean is(EventLoop loop) {
        return LOOP.isBound() && LOOP.get() == loop;
    }
}
