package dev.catena.spec.io;

import dev.catena.proactor.DriverKind;

class UringTlsTest extends TlsBehaviour {
    UringTlsTest() {
        super(DriverKind.URING);
    }
}
