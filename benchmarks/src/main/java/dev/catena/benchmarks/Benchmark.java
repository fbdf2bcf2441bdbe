package dev.catena.benchmarks;

/// A program that measures.
///
/// Contenders are measured in rounds, one after the other within each, and compared within a round: what disturbs the machine
/// then disturbs them alike. A figure that rests on wrong results is none: a benchmark checks what it did.
interface Benchmark {
    /// What it is called on the command line, and the file of its results.
    String name();

    /// What it measures, in a sentence.
    String about();

    /// Measures.
    ///
    /// @param smoke whether it only shows that it works, in about a second, with figures that mean nothing
    /// @throws IllegalStateException if what was measured did not do what it should have
    Report run(boolean smoke) throws Exception;
}
