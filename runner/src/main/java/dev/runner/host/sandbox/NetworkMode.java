package dev.runner.host.sandbox;

/** Which network a sandbox sees. */
public enum NetworkMode {
    /** The machine's own. */
    HOST,
    /** Only a loopback, which is up. */
    NONE
}
