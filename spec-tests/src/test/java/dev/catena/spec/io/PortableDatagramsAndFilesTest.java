package dev.catena.spec.io;

import dev.catena.proactor.DriverKind;

class PortableDatagramsAndFilesTest extends DatagramsAndFilesBehaviour {
    PortableDatagramsAndFilesTest() {
        super(DriverKind.PORTABLE);
    }
}
