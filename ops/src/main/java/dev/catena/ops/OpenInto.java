package dev.catena.ops;

import org.jspecify.annotations.Nullable;

/// Opens a file into a fixed file slot of the ring instead of the process's table, so that the next links of the chain can
/// use it: links carry no results, but a slot is known beforehand.
///
/// @param open what to open
/// @param slot a slot, leased from a scope (`scope.slot()`); what it held is closed
public record OpenInto(Open open, Fd slot) implements Op<Fd> {
    /// Checks that it is a slot.
    public OpenInto {
        if (!slot.isSlot()) {
            throw new InvalidValueException(
                    slot + " is not a fixed file slot: get one from scope.slot()");
        }
    }

    @Override
    public @Nullable Fd fd() {
        return open.directory();
    }

    @Override
    public Fd otherFd() {
        return slot;
    }

    @Override
    public String opcode() {
        return "OPENAT2";
    }

    @Override
    public String toString() {
        return open + ".into(" + slot + ")";
    }
}
