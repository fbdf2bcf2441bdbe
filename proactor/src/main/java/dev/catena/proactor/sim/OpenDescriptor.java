package dev.catena.proactor.sim;

/// A descriptor that is open in a simulated kernel.
///
/// @param number its number
/// @param kind what it is, such as a file and its path
public record OpenDescriptor(int number, String kind) {
    @Override
    public String toString() {
        return "fd(" + number + ") " + kind;
    }
}
