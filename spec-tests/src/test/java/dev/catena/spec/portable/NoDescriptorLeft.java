package dev.catena.spec.portable;

import static dev.catena.ops.Ops.nop;

import dev.catena.proactor.DriverKind;
import dev.catena.proactor.Proactor;
import dev.catena.proactor.RingUnavailableException;
import dev.catena.scope.Scope;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;

/// A program that uses up its descriptors and then opens proactors; started by [UringFailuresTest] with a low limit.
final class NoDescriptorLeft {
    private static final Path NOTHING = Path.of("/dev/null");

    private NoDescriptorLeft() {}

    public static void main(String[] arguments) throws Exception {
        use(DriverKind.URING); // so that every class is there before no file can be opened
        use(DriverKind.PORTABLE);
        var held = new ArrayList<FileChannel>();
        fill(held);
        System.out.println("demanded: " + failure(DriverKind.URING));
        System.out.println("by itself: " + failure(DriverKind.BEST));
        for (var channel : held) {
            channel.close();
        }
        System.out.println("afterwards: " + use(DriverKind.BEST));
    }

    private static void fill(ArrayList<FileChannel> held) {
        try {
            while (true) {
                held.add(FileChannel.open(NOTHING));
            }
        } catch (IOException full) {
            System.out.println("held: " + held.size());
        }
    }

    private static String failure(DriverKind kind) throws IOException {
        try {
            return "none, " + use(kind);
        } catch (RingUnavailableException why) {
            return why.getMessage();
        }
    }

    private static String use(DriverKind kind) throws IOException {
        try (var proactor = Proactor.builder().driver(kind).open()) {
            Scope.run(proactor, scope -> scope.await(nop()));
            return proactor.driver();
        }
    }
}
