package dev.catena.spec.io;

import dev.catena.proactor.DriverKind;

class PortableFeedTest extends FeedBehaviour {
    PortableFeedTest() {
        super(DriverKind.PORTABLE);
    }
}
