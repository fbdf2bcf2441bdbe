/// `examples/run kv`: a durable store of keys and values that speaks the protocol of Redis (RESP2).
///
/// Commands change the [Store], one session at a time, and each change is a record in the [Log]. What is answered is sent when
/// everything that the answer may tell of is on the device. One thread writes the log: what came while it wrote is the next
/// batch, a write linked to a data sync, so that many sessions share one sync (group commit). [Recovery] reads it all back,
/// [Compaction] makes it short.
@NullMarked
package dev.catena.examples.kv;

import org.jspecify.annotations.NullMarked;
