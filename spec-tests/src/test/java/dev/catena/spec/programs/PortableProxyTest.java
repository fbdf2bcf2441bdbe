package dev.catena.spec.programs;

/// `proxy` without io_uring.
class PortableProxyTest extends ProxyBehaviour {
    PortableProxyTest() {
        super("portable");
    }
}
