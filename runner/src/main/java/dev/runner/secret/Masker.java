package dev.runner.secret;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Replaces secret values by {@code ***} in text and streams, in all forms that common encoders give them. What overlaps or
 * touches is one mask, so that neither the number of secrets nor a rest between two of them shows. Safe for several
 * threads: readers use a snapshot, which an added value replaces.
 */
public final class Masker {
    public static final String MASK = "***";

    private final ReentrantLock lock = new ReentrantLock();
    private final Set<String> values = new LinkedHashSet<>();
    private final Map<String, byte[]> forms = new LinkedHashMap<>();
    /** Null when values were added since it was made; made anew when it is needed, so that adding many is cheap. */
    private volatile @Nullable Automaton snapshot = Automaton.of(Set.of());

    /** Registers a value to mask from now on, in streams that are already open, too. Blank values are ignored. */
    public void add(String value) {
        lock.lock();
        try {
            if (values.add(value)) {
                for (String form : MaskedForms.of(value)) {
                    forms.computeIfAbsent(form, f -> f.getBytes(StandardCharsets.UTF_8));
                    snapshot = null;
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Registers all of them. */
    public void addAll(Secrets secrets) {
        secrets.all().forEach(secret -> add(secret.reveal()));
    }

    /** The text without secrets; the same instance when it has none. */
    public String mask(String text) {
        Automaton automaton = automaton();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (!occursIn(bytes, automaton)) {
            return text;
        }
        ByteArrayOutputStream masked = new ByteArrayOutputStream(bytes.length);
        try (OutputStream out = new MaskingOutputStream(() -> automaton, masked)) {
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return masked.toString(StandardCharsets.UTF_8);
    }

    private static boolean occursIn(byte[] bytes, Automaton automaton) {
        int state = Automaton.ROOT;
        for (byte one : bytes) {
            state = automaton.next(state, one);
            if (automaton.match(state) > 0) {
                return true;
            }
        }
        return false;
    }

    /**
     * A stream that masks what is written to it, as UTF-8, before it passes it on. It holds back what may be the beginning
     * of a secret until that is decided, at the latest when it is closed; a line that cannot go on to a secret is passed on
     * at once. Closing it closes the other.
     */
    public OutputStream mask(OutputStream out) {
        return new MaskingOutputStream(this::automaton, out);
    }

    private Automaton automaton() {
        Automaton current = snapshot;
        if (current != null) {
            return current;
        }
        lock.lock();
        try {
            Automaton made = snapshot;
            if (made == null) {
                made = Automaton.of(forms.values());
                snapshot = made;
            }
            return made;
        } finally {
            lock.unlock();
        }
    }

    /** Never a value. */
    @Override
    public String toString() {
        return "Masker";
    }
}
