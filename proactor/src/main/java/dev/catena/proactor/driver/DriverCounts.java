package dev.catena.proactor.driver;

/// What a driver has counted since it was opened.
///
/// @param enters how often it entered the kernel (`io_uring_enter`)
/// @param submitted the entries the kernel took
/// @param overflows how often it found completions that did not fit into the queue and had to be flushed
public record DriverCounts(long enters, long submitted, long overflows) {}
