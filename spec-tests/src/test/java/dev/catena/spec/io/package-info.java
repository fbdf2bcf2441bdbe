/// The conveniences of `dev.catena.io`, against real peers.
package dev.catena.spec.io;
