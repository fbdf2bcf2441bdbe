package dev.catena.spec.programs;

/// `http` without io_uring.
class PortableHttpTest extends HttpBehaviour {
    PortableHttpTest() {
        super("portable");
    }
}
