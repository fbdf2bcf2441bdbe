/// What people expect from a library for I/O, made of operations in scopes: TCP, UDP and unix sockets, TLS, whole files and logs.
///
/// Everything belongs to a scope, which closes it. Methods block the (virtual) thread that calls them and throw `IOException`s that
/// name the operation and its `Errno`, as `Scope.await` does. No class here is needed: each does what a few operations would.
@NullMarked
package dev.catena.io;

import org.jspecify.annotations.NullMarked;
