/// How long things live, and what becomes of them in the end: scopes, their operations, buffers and descriptors (the rules
/// L, D, X and S of the design).
@NullMarked
package dev.catena.spec.lifetimes;

import org.jspecify.annotations.NullMarked;
