package dev.catena.spec.io;

import dev.catena.proactor.DriverKind;

class UringTlsClosingTest extends TlsClosingBehaviour {
    UringTlsClosingTest() {
        super(DriverKind.URING);
    }
}
