package dev.catena.spec.io;

import dev.catena.proactor.DriverKind;

class PortableTlsTest extends TlsBehaviour {
    PortableTlsTest() {
        super(DriverKind.PORTABLE);
    }
}
