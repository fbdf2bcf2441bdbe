package dev.catena.ops;

/// Names an operation in flight, for [Cancel] and [UpdateTimeout]; `Pending.id()` gives it. When the operation has ended the
/// name is stale and is found no more; it never comes to mean another.
///
/// @param token the `user_data` of its first entry
public record OperationId(long token) {
    @Override
    public String toString() {
        return "operation 0x" + Long.toHexString(token);
    }
}
