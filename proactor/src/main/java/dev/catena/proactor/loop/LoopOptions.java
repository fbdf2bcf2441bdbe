package dev.catena.proactor.loop;

import java.time.Duration;

/// What a loop is started with; see [dev.catena.proactor.ProactorBuilder].
///
/// @param name of its thread
/// @param inboxInterval after how many tasks the inbox is looked at
/// @param eventInterval after how many tasks completions are looked at
/// @param closeLimit how long a close waits for what cannot be cancelled
/// @param capturesSites whether it is recorded where operations are submitted
/// @param strictBuffers whether each lease has memory of its own
public record LoopOptions(
        String name,
        int inboxInterval,
        int eventInterval,
        Duration closeLimit,
        boolean capturesSites,
        boolean strictBuffers) {}
