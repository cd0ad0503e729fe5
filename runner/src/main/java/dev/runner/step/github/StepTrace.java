package dev.runner.step.github;

import java.util.LinkedHashMap;
import java.util.Map;

/** What one step leaves: its outputs, what its phases save for each other, and whether a command of it failed. */
final class StepTrace {
    private final Map<String, String> outputs = new LinkedHashMap<>();
    private final Map<String, String> state = new LinkedHashMap<>();
    private boolean failed;

    StepTrace(Map<String, String> state) {
        this.state.putAll(state);
    }

    synchronized void output(String name, String value) {
        outputs.put(name, value);
    }

    synchronized Map<String, String> outputs() {
        return new LinkedHashMap<>(outputs);
    }

    synchronized void save(String name, String value) {
        state.put(name, value);
    }

    synchronized Map<String, String> state() {
        return new LinkedHashMap<>(state);
    }

    synchronized void fail() {
        failed = true;
    }

    synchronized boolean failed() {
        return failed;
    }
}
