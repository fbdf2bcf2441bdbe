package dev.catena.spec.io;

import dev.catena.proactor.DriverKind;

class PortableConnectingTest extends ConnectingBehaviour {
    PortableConnectingTest() {
        super(DriverKind.PORTABLE);
    }
}
