import org.jspecify.annotations.NullMarked;

/// When: sleeping, ticking, and doing things in time.
@NullMarked
module dev.catena.timers {
    requires transitive dev.catena.scope;

    exports dev.catena.timers;
}
