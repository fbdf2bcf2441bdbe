/// For how long: a [dev.catena.scope.Scope] runs operations, chains, pipelines and threads, owns the buffers and
/// descriptors they use, and does not end before the last of them has.
@NullMarked
package dev.catena.scope;

import org.jspecify.annotations.NullMarked;
