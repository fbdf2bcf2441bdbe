package dev.catena.spec.io;

import dev.catena.proactor.DriverKind;

class PortableTlsClosingTest extends TlsClosingBehaviour {
    PortableTlsClosingTest() {
        super(DriverKind.PORTABLE);
    }
}
