package dev.runner.host.sandbox;

/** What root inside may do. */
public enum Privilege {
    /** Docker's default capabilities, masked and read-only kernel paths, no devices but the usual ones. */
    DEFAULT,
    /** All that this program itself may: {@code RUN --security=insecure}. */
    INSECURE
}
