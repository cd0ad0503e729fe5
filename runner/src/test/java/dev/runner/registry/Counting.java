package dev.runner.registry;

import dev.runner.oci.Digest;
import dev.runner.oci.Reference;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A listener that remembers. */
class Counting implements TransferListener {
    final List<String> requests = new CopyOnWriteArrayList<>();
    final List<Digest> mounted = new CopyOnWriteArrayList<>();
    final List<Digest> skipped = new CopyOnWriteArrayList<>();
    final List<Duration> waits = new CopyOnWriteArrayList<>();
    final AtomicLong down = new AtomicLong();
    final AtomicLong up = new AtomicLong();

    @Override
    public void downloaded(Reference repository, Digest blob, long bytes) {
        down.addAndGet(bytes);
    }

    @Override
    public void uploaded(Reference repository, @Nullable Digest blob, long bytes) {
        up.addAndGet(bytes);
    }

    @Override
    public void mounted(Reference repository, Digest blob, Reference from) {
        mounted.add(blob);
    }

    @Override
    public void skipped(Reference repository, Digest blob) {
        skipped.add(blob);
    }

    @Override
    public void retried(String host, String why, int attempt, Duration wait) {
        waits.add(wait);
    }

    @Override
    public void answered(String method, String host, String path, int status) {
        requests.add(method + " " + path + " " + status);
    }

    long count(String start) {
        return requests.stream().filter(request -> request.startsWith(start)).count();
    }
}
