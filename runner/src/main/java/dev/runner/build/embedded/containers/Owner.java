package dev.runner.build.embedded.containers;

import dev.runner.host.sandbox.Inside;

/**
 * A process, told from a later one of its number.
 *
 * @param started in the kernel's ticks since boot
 */
public record Owner(long pid, long started) {
    public static Owner self() {
        long pid = ProcessHandle.current().pid();
        return new Owner(pid, Inside.startOf(pid));
    }

    public boolean alive() {
        return Inside.startOf(pid) == started;
    }
}
