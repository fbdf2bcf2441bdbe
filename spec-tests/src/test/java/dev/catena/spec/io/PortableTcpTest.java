package dev.catena.spec.io;

import dev.catena.proactor.DriverKind;

class PortableTcpTest extends TcpBehaviour {
    PortableTcpTest() {
        super(DriverKind.PORTABLE);
    }
}
