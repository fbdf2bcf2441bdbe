/// The specification of the language: every operation against the real kernel, chains, pipelines and outcomes, and what
/// values say of themselves.
@NullMarked
package dev.catena.spec.language;

import org.jspecify.annotations.NullMarked;
