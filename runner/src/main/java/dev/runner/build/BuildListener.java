package dev.runner.build;

/** Hears what happens in a build. */
@FunctionalInterface
public interface BuildListener {
    /** Called from several threads, never at the same time. It must not block for long. */
    void on(BuildEvent event);

    /** Hears nothing. */
    static BuildListener silent() {
        return event -> {};
    }
}
