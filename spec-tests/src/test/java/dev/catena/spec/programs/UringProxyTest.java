package dev.catena.spec.programs;

/// `proxy` on the ring.
class UringProxyTest extends ProxyBehaviour {
    UringProxyTest() {
        super("uring");
    }
}
