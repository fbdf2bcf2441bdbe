package dev.catena.ops;

import io.vavr.collection.List;
import io.vavr.collection.Seq;

/// A value that the kernel would refuse, or would take for something else, refused as it is built.
public final class InvalidValueException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final transient Seq<String> faults;

    /// One fault.
    public InvalidValueException(String fault) {
        this(List.of(fault));
    }

    /// All faults that a value has, each naming its place.
    public InvalidValueException(Seq<String> faults) {
        super(faults.mkString("; "));
        this.faults = faults;
    }

    /// Every fault found, in the order of the value.
    public Seq<String> faults() {
        return faults;
    }
}
