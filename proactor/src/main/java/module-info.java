import org.jspecify.annotations.NullMarked;

/// Who does it: the event loop, and the drivers behind it.
@NullMarked
@SuppressWarnings("module") // the friend is compiled later
module dev.catena.proactor {
    requires transitive dev.catena.ops;
    requires jdk.jfr;
    requires static jdk.unsupported; // for direct I/O without a ring
    requires org.jctools.core;
    requires org.slf4j;

    exports dev.catena.proactor;
    exports dev.catena.proactor.driver;
    exports dev.catena.proactor.sim;
    exports dev.catena.proactor.loop to
            dev.catena.scope;
}
