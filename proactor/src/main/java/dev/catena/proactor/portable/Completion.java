package dev.catena.proactor.portable;

/// One completion queue entry.
///
/// @param token of its submission
/// @param result 0 or more, or a negative error number
/// @param flags the `IORING_CQE_F_` bits
record Completion(long token, int result, int flags) {}
