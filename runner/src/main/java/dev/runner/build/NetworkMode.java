package dev.runner.build;

/** What network a RUN step or a container sees. */
public enum NetworkMode {
    /** The machine's. */
    HOST,
    /** Only a loopback of its own. */
    NONE
}
