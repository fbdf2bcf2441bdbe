package dev.catena.ops;

/// An operation that completes many times: submitted once, it gives an element at each completion until it fails, is
/// cancelled, or the kernel ends it (which it may, for example when the completion queue is full; it is then to be
/// submitted again). `Ops.forEach` does all that.
///
/// On its own it gives the number of elements when it has ended; elements that nobody takes are given back.
///
/// @param <E> what each completion gives
public sealed interface Multishot<E> extends Op<Long> permits AcceptEach, PollEach, RecvEach {}
