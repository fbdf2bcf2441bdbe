package dev.catena.proactor.loop;

import dev.catena.ops.spi.Descriptor;
import dev.catena.proactor.driver.Driver;
import java.util.BitSet;

/// The fixed file slots of a ring, and which are leased. Loop thread only.
public final class Slots {
    private final Driver driver;
    private final BitSet leased = new BitSet();

    Slots(Driver driver) {
        this.driver = driver;
    }

    /// Leases a fixed file slot.
    ///
    /// @throws UnsupportedOperationException if the driver has none
    /// @throws IllegalStateException if all are leased
    public Descriptor lease() {
        int count = driver.slots();
        if (count == 0) {
            throw new UnsupportedOperationException(
                    driver.description() + " has no fixed file slots; Linux 5.19 has them");
        }
        int slot = leased.nextClearBit(0);
        if (slot >= count) {
            throw new IllegalStateException("all " + count + " fixed file slots are leased");
        }
        leased.set(slot);
        return Descriptor.slot(slot, this);
    }

    @Override
    public String toString() {
        return "the fixed file slots of " + driver.description();
    }

    /// Gives a slot back, empty.
    public void giveBack(Descriptor slot) {
        leased.clear(slot.number());
    }
}
