package dev.catena.scope;

import dev.catena.ops.Buffer;
import dev.catena.ops.Close;
import dev.catena.ops.Errno;
import dev.catena.ops.Fd;
import dev.catena.ops.spi.Descriptor;
import dev.catena.ops.spi.Memory;
import dev.catena.ops.spi.Region;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The descriptors, fixed file slots and leases of a scope. Loop thread only.
final class Holdings {
    private final LiveScope scope;
    private final SequencedSet<Descriptor> descriptors = new LinkedHashSet<>(2);

    // slots, and whether something has been opened into them
    private Map<Descriptor, Boolean> slots = Map.of();

    // leases, and how each is given back
    private Map<Memory, Runnable> leases = Map.of();

    // what has come over its sockets and waits for the next who receives
    private @Nullable Arrears arrears;

    Holdings(LiveScope scope) {
        this.scope = scope;
    }

    /// Takes over a descriptor that an operation has just made, before anyone can see it.
    Descriptor own(int number) {
        var fd = new Descriptor(number, scope.loop().table());
        take(fd, List.of());
        return fd;
    }

    /// A close has ended. Whatever Linux answers, the number is given back, unless the close never began.
    void closed(Descriptor fd, int result) {
        if (fd.isSlot()) {
            if (fd.owner() instanceof Holdings holder && result >= 0) {
                holder.slots.replace(fd, false);
            }
            return;
        }
        if (result == -Errno.ECANCELED.number()) {
            fd.reopen();
            return;
        }
        fd.closed();
        if (fd.owner() instanceof Holdings holder) {
            if (holder.arrears != null) {
                holder.arrears.drop(fd);
            }
            holder.descriptors.remove(fd);
            fd.owner(null);
            scope.loop().counters().descriptors--;
        }
    }

    /// Starts closing all descriptors and slots that are open, newest first.
    void closeDescriptors(Consumer<Operation<?>> publish) {
        for (var fd : List.copyOf(descriptors.reversed())) {
            if (fd.isOpen()) {
                publish.accept(new Operation<>(scope, new Close(fd)).shield());
            }
        }
        for (var slot : slots.entrySet()) {
            if (slot.getValue()) {
                publish.accept(new Operation<>(scope, new Close(slot.getKey())).shield());
            }
        }
    }

    /// Leases a fixed file slot.
    Fd slot() {
        var slot = scope.loop().slots().lease();
        slot.owner(this);
        if (slots.isEmpty()) {
            slots = new LinkedHashMap<>();
        }
        slots.put(slot, false);
        return slot;
    }

    /// Something has been opened into a slot.
    void occupied(Fd slot) {
        var descriptor = (Descriptor) slot;
        if (descriptor.owner() instanceof Holdings holder) {
            holder.slots.replace(descriptor, true);
        }
    }

    /// How many leases are out.
    int leases() {
        return leases.size();
    }

    /// How many descriptors are open.
    int descriptors() {
        return descriptors.size();
    }

    Buffer lease(int size, int alignment) {
        var slabs = scope.loop().slabs();
        var block = slabs.take(size, alignment);
        return new Region(lend(Memory.lent(block, scope), () -> slabs.giveBack(block)), 0, size);
    }

    /// Takes over memory that is given back by an action.
    Memory lend(Memory memory, Runnable giveBack) {
        if (leases.isEmpty()) {
            leases = new LinkedHashMap<>();
        }
        leases.put(memory, giveBack);
        return memory;
    }

    /// Takes over a descriptor from the scope that has it.
    void adopt(Descriptor fd) {
        if (!fd.isOpen()) {
            throw new IllegalStateException(
                    fd + " cannot be moved to " + scope + ": it is closed or being closed");
        }
        if (fd.isSlot() || !(fd.owner() instanceof Holdings holder)) {
            throw new IllegalStateException(
                    fd + " cannot be moved to " + scope + ": it is not a scope's descriptor");
        }
        if (isForeign(fd, scope)) {
            throw new IllegalStateException(
                    fd + " cannot be moved to " + scope + ": it belongs to another proactor");
        }
        holder.descriptors.remove(fd);
        fd.owner(this);
        descriptors.add(fd);
        if (holder.arrears != null) {
            holder.arrears.move(fd, this);
        }
    }

    /// Lets go of a descriptor that goes to another loop, whose number is not to be used here any more.
    ///
    /// @return the bytes that have come over it and that nobody has worked on
    List<byte[]> letGo(Descriptor fd) {
        if (!fd.isOpen() || fd.isSlot()) {
            throw new IllegalStateException(
                    fd
                            + " cannot be handed on by "
                            + scope
                            + ": it is closed, being closed or a slot");
        }
        if (!(fd.owner() instanceof Holdings holder) || isForeign(fd, scope)) {
            throw new IllegalStateException(
                    fd + " cannot be handed on by " + scope + ": no scope of its proactor has it");
        }
        if (fd.inFlight() > 0) {
            throw new IllegalStateException(
                    fd
                            + " cannot be handed on by "
                            + scope
                            + ": operations are in flight on it ("
                            + fd.inFlight()
                            + "), await or cancel them first");
        }
        holder.descriptors.remove(fd);
        fd.owner(null);
        fd.closed();
        scope.loop().counters().descriptors--;
        return holder.arrears == null ? List.of() : holder.arrears.takeAll(fd);
    }

    /// Takes over a descriptor that nobody has, and what has come over it.
    void take(Descriptor fd, List<byte[]> bytes) {
        fd.owner(this);
        descriptors.add(fd);
        scope.loop().counters().descriptors++;
        bytes.forEach(chunk -> arrearsToKeep().keep(fd, chunk));
    }

    @Nullable Arrears arrears() {
        return arrears;
    }

    Arrears arrearsToKeep() {
        if (arrears == null) {
            arrears = new Arrears(scope.loop().counters());
        }
        return arrears;
    }

    /// Whether a descriptor is another loop's, which alone may count what is in flight on it.
    static boolean isForeign(Descriptor fd, LiveScope scope) {
        return fd.owner() instanceof Holdings holder && holder.scope.loop() != scope.loop();
    }

    void release(Buffer buffer) {
        var memory = ((Region) buffer).memory();
        var giveBack = leases.get(memory);
        if (giveBack == null) {
            throw new IllegalStateException(buffer + " is not a lease of " + scope);
        }
        memory.end("it was released");
        leases.remove(memory);
        giveBack.run();
    }

    /// Ends all leases: nothing of the scope is in flight any more.
    void endLeases() {
        leases.forEach(
                (memory, giveBack) -> {
                    memory.end(scope + " has ended");
                    giveBack.run();
                });
        leases = Map.of();
        slots.keySet()
                .forEach(
                        slot -> {
                            slot.closed();
                            scope.loop().slots().giveBack(slot);
                        });
        slots = Map.of();
    }
}
