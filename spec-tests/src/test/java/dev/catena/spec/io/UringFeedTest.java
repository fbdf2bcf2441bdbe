package dev.catena.spec.io;

import dev.catena.proactor.DriverKind;
import dev.catena.spec.DriverOfTests;
import dev.catena.spec.NotOn;

@NotOn(value = DriverOfTests.SIM, why = "it does not see the network of this machine")
class UringFeedTest extends FeedBehaviour {
    UringFeedTest() {
        super(DriverKind.URING);
    }
}
