package dev.catena.proactor.sim;

/// How much a simulated kernel has of what real ones have too little of.
///
/// @param submissionEntries of each ring's submission queue, 1 to 32768; also the length of the longest chain
/// @param completionEntries of each ring's completion queue, 1 to 65536
/// @param descriptors open at the same time, at least 16
/// @param slots fixed file slots of each ring, 0 or more
/// @param providedBuffers of each ring, 1 to 32768
/// @param providedBytes in each of those
public record Capacity(
        int submissionEntries,
        int completionEntries,
        int descriptors,
        int slots,
        int providedBuffers,
        int providedBytes) {
    /// What a proactor has by default on a usual machine.
    public static final Capacity DEFAULT = new Capacity(256, 4096, 1024, 1024, 256, 16384);

    /// Checks the ranges.
    public Capacity {
        within("submissionEntries", 1, 32768, submissionEntries);
        within("completionEntries", 1, 65536, completionEntries);
        within("descriptors", 16, 1 << 20, descriptors);
        within("slots", 0, 1 << 20, slots);
        within("providedBuffers", 1, 32768, providedBuffers);
        within("providedBytes", 1, 1 << 20, providedBytes);
    }

    /// The same with other queues.
    public Capacity queues(int submissions, int completions) {
        return new Capacity(
                submissions, completions, descriptors, slots, providedBuffers, providedBytes);
    }

    /// The same with another limit of descriptors.
    public Capacity descriptors(int most) {
        return new Capacity(
                submissionEntries, completionEntries, most, slots, providedBuffers, providedBytes);
    }

    /// The same with other provided buffers.
    public Capacity provided(int buffers, int bytes) {
        return new Capacity(
                submissionEntries, completionEntries, descriptors, slots, buffers, bytes);
    }

    private static void within(String what, int least, int most, int value) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    what + " must be " + least + " to " + most + ": " + value);
        }
    }
}
