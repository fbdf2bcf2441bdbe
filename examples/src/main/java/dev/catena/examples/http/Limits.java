package dev.catena.examples.http;

import java.time.Duration;

/// How much patience the server has.
///
/// @param idle how long a client may wait before a request
/// @param head how long the head of a request may take, from its first byte on
/// @param block how long a client may take to receive a block of an answer
/// @param connections how many there may be at a time
record Limits(Duration idle, Duration head, Duration block, int connections) {}
