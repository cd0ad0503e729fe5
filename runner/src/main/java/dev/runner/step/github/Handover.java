package dev.runner.step.github;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a step hands on to the rest of its job while it runs; the parts of a composite action share one. */
final class Handover {
    private final Map<String, String> environment = new LinkedHashMap<>();
    private final List<String> path = new ArrayList<>();

    synchronized void variable(String name, String value) {
        environment.put(name, value);
    }

    /** The last folder added comes first in {@code PATH}. */
    synchronized void folder(String folder) {
        path.remove(folder);
        path.add(folder);
    }

    synchronized Map<String, String> environment() {
        return new LinkedHashMap<>(environment);
    }

    /** In the order they were added. */
    synchronized List<String> path() {
        return List.copyOf(path);
    }
}
