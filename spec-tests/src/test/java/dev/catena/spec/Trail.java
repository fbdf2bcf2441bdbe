package dev.catena.spec;

import java.util.ArrayList;
import java.util.List;

/// The events of a test in the order in which they happened, from whatever thread.
public final class Trail {
    private final List<String> events = new ArrayList<>();

    public synchronized void add(String event) {
        events.add(event);
    }

    public synchronized List<String> events() {
        return List.copyOf(events);
    }
}
