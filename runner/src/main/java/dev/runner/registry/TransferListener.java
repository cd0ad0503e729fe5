package dev.runner.registry;

import dev.runner.oci.Digest;
import dev.runner.oci.Reference;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Hears what a client moves and asks. Called from many threads, and must return at once. */
public interface TransferListener {
    /** Hears nothing. */
    TransferListener SILENT = new TransferListener() {};

    /** Bytes of a blob came in since the last call. */
    default void downloaded(Reference repository, Digest blob, long bytes) {}

    /** Bytes of a blob went out since the last call; {@code blob} is null where the digest is known only at the end. */
    default void uploaded(Reference repository, @Nullable Digest blob, long bytes) {}

    /** The registry took a blob from another of its repositories. */
    default void mounted(Reference repository, Digest blob, Reference from) {}

    /** The repository had the blob already. */
    default void skipped(Reference repository, Digest blob) {}

    /** A request will be sent again after a wait. */
    default void retried(String host, String why, int attempt, Duration wait) {}

    /** A request was answered. */
    default void answered(String method, String host, String path, int status) {}
}
