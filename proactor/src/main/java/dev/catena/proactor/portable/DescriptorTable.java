package dev.catena.proactor.portable;

import dev.catena.ops.Fd;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The driver's descriptors: numbers for open files, the lowest free one first, and slots. Loop thread only.
final class DescriptorTable {
    /// The fixed file slots.
    static final int SLOTS = 1024;

    // what programs take for the standard streams
    private static final int FIRST = 3;

    private final List<@Nullable OpenFile> files = new ArrayList<>();
    private final BitSet used = new BitSet();
    private final @Nullable OpenFile[] slots = new @Nullable OpenFile[SLOTS];

    DescriptorTable() {
        for (int number = 0; number < FIRST; number++) {
            files.add(null);
            used.set(number);
        }
    }

    /// Gives an open file a number.
    int add(OpenFile file) {
        int number = used.nextClearBit(0);
        used.set(number);
        if (number == files.size()) {
            files.add(file);
        } else {
            files.set(number, file);
        }
        return number;
    }

    /// Puts an open file into a slot, and gives what was there.
    @Nullable OpenFile put(int slot, OpenFile file) {
        var before = slots[slot];
        slots[slot] = file;
        return before;
    }

    /// What a descriptor stands for, or null.
    @Nullable OpenFile get(@Nullable Fd fd) {
        if (fd == null) {
            return null;
        }
        return fd.isSlot() ? slots[fd.number()] : get(fd.number());
    }

    private @Nullable OpenFile get(int number) {
        return number >= 0 && number < files.size() ? files.get(number) : null;
    }

    /// Takes a descriptor out and gives what it stood for, or null.
    @Nullable OpenFile remove(Fd fd) {
        if (fd.isSlot()) {
            var file = slots[fd.number()];
            slots[fd.number()] = null;
            return file;
        }
        return remove(fd.number());
    }

    /// The same by number.
    @Nullable OpenFile remove(int number) {
        var file = get(number);
        if (file != null) {
            files.set(number, null);
            used.clear(number);
        }
        return file;
    }

    /// Everything that is open.
    List<OpenFile> all() {
        var all = new ArrayList<OpenFile>();
        for (var file : files) {
            if (file != null) {
                all.add(file);
            }
        }
        for (var file : slots) {
            if (file != null) {
                all.add(file);
            }
        }
        return all;
    }

    @Override
    public String toString() {
        return "the descriptors of a portable driver";
    }
}
