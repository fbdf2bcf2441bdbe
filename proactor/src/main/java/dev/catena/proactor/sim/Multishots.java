package dev.catena.proactor.sim;

import static dev.catena.proactor.sim.Description.WAIT;
import static dev.catena.proactor.sim.Description.no;

import dev.catena.ops.Errno;
import dev.catena.ops.PollEvent;
import dev.catena.proactor.driver.Driver;
import java.util.Set;

/// Operations that complete many times: each try posts all completions there are, and waits for more. A completion that
/// finds no room in the queue is the last. Guarded by the kernel's lock.
final class Multishots {
    private final Machine machine;
    private final SimulatedDriver ring;

    Multishots(Machine machine, SimulatedDriver ring) {
        this.machine = machine;
        this.ring = ring;
    }

    int accept(Request request) {
        if (!(SystemCalls.socket(request) instanceof StreamSocket listener)) {
            return no(Errno.EOPNOTSUPP);
        }
        int result;
        do {
            result = SystemCalls.accept(machine, listener);
        } while (result >= 0 && ring.execution().shot(request, result, 0));
        return result;
    }

    int receive(Request request) {
        var socket = SystemCalls.socket(request);
        var buffers = ring.providedMemory();
        while (true) {
            if (buffers.isEmpty()) {
                return no(Errno.ENOBUFS);
            }
            var delivery = new SimulatedSocket.Delivery();
            int result = socket.receive(buffers.next(), delivery);
            delivery.attached.forEach(Description::release);
            if (result <= 0) {
                return result; // also to wait; the buffer stays
            }
            int flags = Driver.BUFFER | buffers.take();
            if (!ring.execution().shot(request, result, flags)) {
                return result;
            }
        }
    }

    int poll(Request request, Set<PollEvent> events) {
        int ready = SystemCalls.readiness(request, PollEvent.bits(events));
        return ready == 0 || ring.execution().shot(request, ready, 0) ? WAIT : ready;
    }
}
