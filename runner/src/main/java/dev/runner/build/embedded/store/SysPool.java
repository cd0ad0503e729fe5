package dev.runner.build.embedded.store;

import java.util.concurrent.ConcurrentLinkedQueue;

/** Lends {@link Sys} with their buffers to whichever thread needs one. */
final class SysPool {
    private final ConcurrentLinkedQueue<Sys> free = new ConcurrentLinkedQueue<>();

    Sys take() {
        Sys sys = free.poll();
        return sys == null ? new Sys() : sys;
    }

    void give(Sys sys) {
        free.add(sys);
    }
}
