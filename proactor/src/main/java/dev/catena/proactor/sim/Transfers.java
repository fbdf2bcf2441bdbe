package dev.catena.proactor.sim;

import static dev.catena.proactor.sim.Description.WAIT;
import static dev.catena.proactor.sim.Description.no;

import dev.catena.ops.Errno;
import dev.catena.ops.Fd;
import dev.catena.ops.RecvMsg;
import dev.catena.ops.SendMsg;
import dev.catena.proactor.driver.Payload;
import java.util.ArrayList;
import java.util.List;

/// Operations that move bytes between memory and a descriptor. Guarded by the kernel's lock.
final class Transfers {
    private static final int PARTS = 8;
    private static final int PIPE_ATOMIC_BYTES = 4096; // PIPE_BUF

    private final Machine machine;
    private final SimulatedDriver ring;

    Transfers(Machine machine, SimulatedDriver ring) {
        this.machine = machine;
        this.ring = ring;
    }

    int read(Request request, long offset) {
        return SystemCalls.file(request).read(shortened(request, 1), offset);
    }

    int write(Request request, long offset) {
        var file = SystemCalls.file(request);
        int least = file instanceof PipeEnd ? PIPE_ATOMIC_BYTES : 1;
        return file.write(shortened(request, least), offset);
    }

    /// @param all whether it goes on until the buffer is full
    int receive(Request request, boolean all) {
        var socket = SystemCalls.socket(request);
        if (!all) {
            return received(socket, shortened(request, 1));
        }
        var bytes = limited(request);
        while (true) {
            int result = received(socket, bytes.slice(request.moved, bytes.size() - request.moved));
            if (result <= 0) {
                return result == WAIT || request.moved == 0 ? result : request.moved;
            }
            request.moved += result;
            if (request.moved == bytes.size() || socket instanceof DatagramSocket) {
                return request.moved;
            }
        }
    }

    private static int received(SimulatedSocket socket, Bytes into) {
        var delivery = new SimulatedSocket.Delivery();
        int result = socket.receive(into, delivery);
        delivery.attached.forEach(Description::release); // nobody asked for them
        return result;
    }

    /// @param all whether it goes on until all is taken
    int send(Request request, boolean all) {
        var socket = SystemCalls.socket(request);
        if (!all) {
            return socket.send(shortened(request, 1), null, List.of(), request);
        }
        var bytes = limited(request);
        while (true) {
            int result =
                    socket.send(
                            bytes.slice(request.moved, bytes.size() - request.moved),
                            null,
                            List.of(),
                            request);
            if (result <= 0) {
                return result == WAIT || request.moved == 0 ? result : request.moved;
            }
            request.moved += result;
            if (request.moved == bytes.size() || socket instanceof DatagramSocket) {
                return request.moved;
            }
        }
    }

    int sendZeroCopy(Request request) {
        int result = send(request, true);
        if (result > 0) {
            request.lent = Bytes.of(request.op).get(0, result);
        }
        return result;
    }

    int sendMessage(Request request, SendMsg message) {
        var socket = SystemCalls.socket(request);
        var attached = new ArrayList<Description>();
        for (Fd fd : message.descriptors()) {
            var description = machine.descriptors.get(fd.number());
            if (description == null) {
                return no(Errno.EBADF);
            }
            attached.add(description);
        }
        var carried = socket.isUnix() ? attached : List.<Description>of();
        return socket.send(shortened(request, 1), message.to(), carried, request);
    }

    int receiveMessage(Request request, RecvMsg message) {
        var delivery = new SimulatedSocket.Delivery();
        int result = SystemCalls.socket(request).receive(shortened(request, 1), delivery);
        if (result < 0) {
            return result;
        }
        var numbers = SystemCalls.install(machine, delivery.attached, message.maxDescriptors());
        ring.give(
                request,
                new Payload.Message(
                        delivery.from,
                        delivery.truncated || numbers.size() < delivery.attached.size(),
                        numbers));
        return result;
    }

    /// The memory of a transfer, as far as fault rules let it be moved.
    private static Bytes limited(Request request) {
        var bytes = Bytes.of(request.op);
        return bytes.slice(0, Math.min(bytes.size(), request.treatment.most()));
    }

    /// The same, as far as the schedule lets it be moved at once. Datagrams are not cut.
    ///
    /// @param least so many bytes are moved at once, if there are so many
    private Bytes shortened(Request request, int least) {
        var bytes = limited(request);
        var file = SystemCalls.file(request);
        if (file instanceof DatagramSocket || bytes.size() <= least) {
            return bytes;
        }
        var decision = file.isDisk() ? Decision.SHORT_FILE_TRANSFER : Decision.SHORT_TRANSFER;
        int part = machine.decisions.choose(decision, PARTS);
        int size = part == 0 ? bytes.size() : (int) ((long) bytes.size() * part / PARTS);
        return bytes.slice(0, Math.max(least, size));
    }
}
