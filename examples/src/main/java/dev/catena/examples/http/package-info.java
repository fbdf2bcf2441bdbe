/// `examples/run http`: a server of static files.
///
/// A connection is a virtual thread in a scope of its own ([Conversation]): it reads a request ([Requests], by the parser of
/// Apache HttpCore), finds what that names ([Target], [OpenFiles]), decides what to answer ([Answers], [Conditions], [ByteRange])
/// and sends it ([Delivery]): a block of a file is a read linked to a send, one submission.
@NullMarked
package dev.catena.examples.http;

import org.jspecify.annotations.NullMarked;
