import org.jspecify.annotations.NullMarked;

/// What can be said: operations, chains, pipelines and outcomes as pure values. No native code, no threads, no clocks.
@NullMarked
@SuppressWarnings("module") // the friends are compiled later
module dev.catena.ops {
    requires transitive io.vavr;
    requires static transitive org.jspecify;

    exports dev.catena.ops;
    exports dev.catena.ops.spi to
            dev.catena.proactor,
            dev.catena.scope;
}
