package dev.catena.spec;

import dev.catena.ops.Op;
import dev.catena.proactor.driver.Driver;
import dev.catena.proactor.driver.DriverCounts;
import dev.catena.proactor.driver.Payload;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// A [driver][DriverOfTests], a real ring unless the build names another, that misbehaves where a test overrides it.
public abstract class TamperedDriver implements Driver {
    private final Driver ring;

    protected TamperedDriver() {
        this(256, 4096);
    }

    protected TamperedDriver(int submissionEntries, int completionEntries) {
        ring = DriverOfTests.current().openDriver(submissionEntries, completionEntries);
    }

    @Override
    public String description() {
        return "tampered " + ring.description();
    }

    @Override
    public boolean hasProcessTable() {
        return ring.hasProcessTable();
    }

    @Override
    public Object table() {
        return ring.table();
    }

    @Override
    public int capacity() {
        return ring.capacity();
    }

    @Override
    public int room() {
        return ring.room();
    }

    @Override
    public @Nullable String lacks(Op<?> op) {
        return ring.lacks(op);
    }

    @Override
    public void push(Op<?> op, int flags, long token, long nowNanos) {
        ring.push(op, flags, token, nowNanos);
    }

    @Override
    public void submit() {
        ring.submit();
    }

    @Override
    public void await(long timeoutNanos) {
        ring.await(timeoutNanos);
    }

    @Override
    public int reap(Completions sink) {
        return ring.reap(sink);
    }

    @Override
    public Payload payload(long token) {
        return ring.payload(token);
    }

    @Override
    public void ended(long token) {
        ring.ended(token);
    }

    @Override
    public int slots() {
        return ring.slots();
    }

    @Override
    public MemorySegment provided(int flags, int size) {
        return ring.provided(flags, size);
    }

    @Override
    public void provide(int flags) {
        ring.provide(flags);
    }

    @Override
    public int ring() {
        return ring.ring();
    }

    @Override
    public void discard(int descriptor) {
        ring.discard(descriptor);
    }

    @Override
    public void wake() {
        ring.wake();
    }

    @Override
    public long nanoTime() {
        return ring.nanoTime();
    }

    @Override
    public DriverCounts counts() {
        return ring.counts();
    }

    @Override
    public void close() {
        ring.close();
    }
}
