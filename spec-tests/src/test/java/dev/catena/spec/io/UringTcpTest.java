package dev.catena.spec.io;

import dev.catena.spec.NotOn;
import dev.catena.spec.DriverOfTests;
import dev.catena.proactor.DriverKind;

@NotOn(value = DriverOfTests.SIM, why = "it does not see the network of this machine")
class UringTcpTest extends TcpBehaviour {
    UringTcpTest() {
        super(DriverKind.URING);
    }
}
