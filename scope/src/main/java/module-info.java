import org.jspecify.annotations.NullMarked;

/// For how long: scopes and what lives in them, and the conveniences people expect on top: connections, datagrams, TLS, files.
@NullMarked
module dev.catena.scope {
    requires transitive dev.catena.proactor;
    requires org.slf4j;

    exports dev.catena.io;
    exports dev.catena.scope;
}
