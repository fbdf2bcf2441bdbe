package dev.catena.spec.programs;

/// `http` on the ring.
class UringHttpTest extends HttpBehaviour {
    UringHttpTest() {
        super("uring");
    }
}
