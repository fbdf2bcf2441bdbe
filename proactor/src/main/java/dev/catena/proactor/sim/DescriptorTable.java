package dev.catena.proactor.sim;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The descriptors of the simulated process; each number is the lowest that is free, from 3 on.
///
/// Guarded by the kernel's lock.
final class DescriptorTable {
    private static final int FIRST = 3; // behind the standard streams

    private final Machine machine;
    private final ArrayList<@Nullable Description> open = new ArrayList<>();

    DescriptorTable(Machine machine) {
        this.machine = machine;
    }

    /// Whether so many more can be opened.
    boolean hasRoom(int more) {
        long used = open.stream().filter(description -> description != null).count();
        return used + more <= machine.capacity.descriptors();
    }

    /// Gives a description a number; there must be [room][#hasRoom].
    int open(Description description) {
        int index = open.indexOf(null);
        if (index < 0) {
            index = open.size();
            open.add(description);
        } else {
            open.set(index, description);
        }
        description.refer();
        int number = index + FIRST;
        machine.note(Trail.Kind.OPENED, null, number, "fd(" + number + ") " + description.kind());
        return number;
    }

    @Nullable Description get(int number) {
        int index = number - FIRST;
        return index >= 0 && index < open.size() ? open.get(index) : null;
    }

    /// Closes a number.
    ///
    /// @return whether it was open
    boolean close(int number) {
        var description = get(number);
        if (description == null) {
            return false;
        }
        open.set(number - FIRST, null);
        machine.note(Trail.Kind.CLOSED, null, number, "fd(" + number + ") " + description.kind());
        description.release();
        return true;
    }

    /// What is open, but for rings.
    List<OpenDescriptor> list() {
        var list = new ArrayList<OpenDescriptor>();
        for (int index = 0; index < open.size(); index++) {
            var description = open.get(index);
            if (description != null && !(description instanceof RingFile)) {
                list.add(new OpenDescriptor(index + FIRST, description.kind()));
            }
        }
        return list;
    }

    @Override
    public String toString() {
        return "the simulated process's descriptors";
    }
}
