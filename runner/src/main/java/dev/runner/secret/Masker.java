package dev.runner.secret;

import java.io.OutputStream;

/** Replaces secret values by {@code ***} in text and streams. Safe for several threads. */
public final class Masker {
    public static final String MASK = "***";

    /** Registers a value to mask from now on, in streams that are already open, too. */
    public void add(String value) {}

    /** Registers all of them. */
    public void addAll(Secrets secrets) {
        secrets.all().forEach(secret -> add(secret.reveal()));
    }

    /** The text without secrets. */
    public String mask(String text) {
        return text;
    }

    /**
     * A stream that masks what is written to it before it passes it on. It holds back what may be the beginning of a
     * secret until that is decided, at the latest when it is closed; closing it closes the other.
     */
    public OutputStream mask(OutputStream out) {
        return out;
    }
}
