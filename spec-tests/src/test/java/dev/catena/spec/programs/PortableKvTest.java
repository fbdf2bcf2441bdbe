package dev.catena.spec.programs;

/// `kv` without io_uring.
class PortableKvTest extends KvBehaviour {
    PortableKvTest() {
        super("portable", 2);
    }
}
