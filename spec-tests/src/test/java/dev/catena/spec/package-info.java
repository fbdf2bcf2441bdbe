/// The specification: the rules of the design as tests, each tagged with the rule's id.
@NullMarked
package dev.catena.spec;

import org.jspecify.annotations.NullMarked;
