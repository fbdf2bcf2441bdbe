package dev.catena.spec.io;

import dev.catena.proactor.DriverKind;

class UringConnectingTest extends ConnectingBehaviour {
    UringConnectingTest() {
        super(DriverKind.URING);
    }
}
