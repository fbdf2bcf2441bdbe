package dev.catena.spec.io;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;

/// A program that knows nothing of Catena: connects to a port many times, says so, and for each line that it is told lets every
/// connection say a byte and hear it again.
final class CrowdOutside {
    private CrowdOutside() {}

    public static void main(String[] arguments) throws IOException {
        var address =
                new InetSocketAddress(
                        InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0]));
        int count = Integer.parseInt(arguments[1]);
        var crowd = new ArrayList<SocketChannel>();
        for (int i = 0; i < count; i++) {
            crowd.add(SocketChannel.open(address));
        }
        System.out.println("connected");
        var told = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (var line = told.readLine(); line != null; line = told.readLine()) {
            int heard = 0;
            for (int i = 0; i < count; i++) {
                var one = ByteBuffer.wrap(new byte[] {(byte) i});
                crowd.get(i).write(one);
            }
            for (int i = 0; i < count; i++) {
                var back = ByteBuffer.allocate(1);
                if (crowd.get(i).read(back) == 1 && back.get(0) == (byte) i) {
                    heard++;
                }
            }
            System.out.println("heard " + heard);
        }
        for (var one : crowd) {
            one.close();
        }
    }
}
