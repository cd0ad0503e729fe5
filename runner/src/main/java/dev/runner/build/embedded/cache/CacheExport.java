package dev.runner.build.embedded.cache;

import dev.runner.oci.Digest;
import dev.runner.registry.BlobPush;
import java.io.IOException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** Adds to a cache, whoever else does so at the same time. */
public final class CacheExport {
    private static final int MOST_ATTEMPTS = 30;

    /** No longer than this on average between two attempts: writers that met once should not meet again. */
    private static final Duration MEAN_PAUSE = Duration.ofMillis(50);

    private CacheExport() {}

    /** How a layer gets to another place. */
    @FunctionalInterface
    public interface Sending {
        BlobPush push(LayerRecord layer) throws IOException;
    }

    /** Adds a record to what is there, again and again until nobody has written in between. */
    public static void add(CachePlace place, CacheRecord record, LocalDate today, Sending sending)
            throws IOException, InterruptedException {
        add(place, before -> {
            CacheRecord known = before.record();
            CacheRecord after = record.over(known, today);
            push(place, record, before.vouchedLayers(), sending);
            return after.equals(known) || place.replace(before, after);
        });
    }

    /** Adds something to what is there. */
    @FunctionalInterface
    public interface Attempt {
        /** False when the place holds something else by now. */
        boolean add(CachePlace.State before) throws IOException, InterruptedException;
    }

    /** Does so again and again, each time from what is there then, until nobody has written in between. */
    public static void add(CachePlace place, Attempt addition) throws IOException, InterruptedException {
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            if (addition.add(place.read())) {
                return;
            }
            Thread.sleep(ThreadLocalRandom.current().nextLong(2 * MEAN_PAUSE.toMillis()));
        }
        throw new IOException("others write to it all the time; " + MOST_ATTEMPTS + " attempts failed");
    }

    private static void push(CachePlace place, CacheRecord record, Set<Digest> there, Sending sending)
            throws IOException, InterruptedException {
        List<BlobPush> pushes = new ArrayList<>();
        for (LayerRecord layer : record.layers()) {
            if (!there.contains(layer.blob().digest())) {
                pushes.add(sending.push(layer));
            }
        }
        place.push(pushes);
    }
}
