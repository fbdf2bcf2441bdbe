package dev.catena.proactor.portable;

import dev.catena.proactor.driver.Payload;
import org.jspecify.annotations.Nullable;

/// One completion queue entry.
///
/// @param token of its submission
/// @param result 0 or more, or a negative error number
/// @param flags the `IORING_CQE_F_` bits
/// @param payload what it gives besides a number
record Completion(long token, int result, int flags, @Nullable Payload payload) {}
