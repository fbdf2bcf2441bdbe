package dev.catena.spec.io;

import dev.catena.proactor.DriverKind;

class UringFeedTest extends FeedBehaviour {
    UringFeedTest() {
        super(DriverKind.URING);
    }
}
