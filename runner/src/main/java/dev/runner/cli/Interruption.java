package dev.runner.cli;

import java.util.concurrent.atomic.AtomicInteger;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * Ctrl-C and SIGTERM as an interrupt of the main thread, which then stops what it does and cleans up. The third signal
 * ends the program at once: what is left then, the next start sweeps away.
 */
final class Interruption implements AutoCloseable {
    private final Thread main;
    private final AtomicInteger count = new AtomicInteger();

    private Interruption(Thread main) {
        this.main = main;
    }

    @SuppressWarnings("SunApi") // no other way to hear a signal without the JVM starting to shut down beneath us
    static Interruption ofSignals(Thread main) {
        Interruption interruption = new Interruption(main);
        SignalHandler handler = signal -> interruption.on();
        Signal.handle(new Signal("INT"), handler);
        Signal.handle(new Signal("TERM"), handler);
        return interruption;
    }

    private void on() {
        if (count.incrementAndGet() > 2) {
            Runtime.getRuntime().halt(ExitCode.CANCELLED);
        }
        main.interrupt();
    }

    boolean happened() {
        return count.get() > 0;
    }

    @Override
    public void close() {
        // A late signal must not interrupt the exit: from now on there is nothing to stop.
    }
}
