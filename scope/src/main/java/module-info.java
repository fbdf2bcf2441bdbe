import org.jspecify.annotations.NullMarked;

/// For how long: scopes, and what lives in them.
@NullMarked
module dev.catena.scope {
    requires transitive dev.catena.proactor;

    exports dev.catena.scope;
}
