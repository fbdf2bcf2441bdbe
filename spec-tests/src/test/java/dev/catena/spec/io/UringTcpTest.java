package dev.catena.spec.io;

import dev.catena.proactor.DriverKind;

class UringTcpTest extends TcpBehaviour {
    UringTcpTest() {
        super(DriverKind.URING);
    }
}
