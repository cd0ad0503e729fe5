package dev.runner.secret;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Masks across the boundaries of writes. Bytes are held until no match that is still open can reach back to them; of held
 * bytes it is known which ones are masked. A run of masked bytes is written as one mask.
 *
 * <p>When values are added meanwhile, the held bytes are read again by the new automaton.
 */
final class MaskingOutputStream extends OutputStream {
    private static final byte[] MASK = Masker.MASK.getBytes(StandardCharsets.US_ASCII);

    private final ReentrantLock lock = new ReentrantLock();
    private final Supplier<Automaton> automata;
    private final OutputStream out;
    private Automaton automaton;
    private int state = Automaton.ROOT;
    private byte[] held = new byte[256];
    private boolean[] masked = new boolean[256];
    private int count;
    private boolean lastWasMasked;
    private byte[] ready = new byte[8192];
    private int readyCount;
    private boolean closed;

    MaskingOutputStream(Supplier<Automaton> automata, OutputStream out) {
        this.automata = automata;
        this.automaton = automata.get();
        this.out = out;
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        lock.lock();
        try {
            if (closed) {
                throw new IOException("the masked stream is closed");
            }
            renew();
            for (int i = offset; i < offset + length; i++) {
                read(bytes[i]);
            }
            send();
        } finally {
            lock.unlock();
        }
    }

    @SuppressWarnings("ReferenceEquality") // a snapshot is another one exactly when it is another instance
    private void renew() throws IOException {
        Automaton latest = automata.get();
        if (latest == automaton) {
            return;
        }
        automaton = latest;
        state = Automaton.ROOT;
        for (int i = 0; i < count; i++) {
            state = automaton.next(state, held[i]);
            markMatch(i + 1);
        }
        release(count - automaton.depth(state));
    }

    private void read(byte one) throws IOException {
        state = automaton.next(state, one);
        if (count == 0 && state == Automaton.ROOT) {
            emit(one, false);
            return;
        }
        if (count == held.length) {
            held = Arrays.copyOf(held, count * 2);
            masked = Arrays.copyOf(masked, count * 2);
        }
        held[count] = one;
        masked[count++] = false;
        markMatch(count);
        release(mayGrow() ? count - automaton.depth(state) : count);
    }

    /** A complete match that no string goes on from need not be held: what overlaps it can only extend the mask. */
    private boolean mayGrow() {
        return automaton.match(state) != automaton.depth(state) || !automaton.isLeaf(state);
    }

    private void markMatch(int end) {
        int length = automaton.match(state);
        for (int i = Math.max(0, end - length); i < end; i++) {
            masked[i] = true;
        }
    }

    /** Passes on the first held bytes. */
    private void release(int number) throws IOException {
        for (int i = 0; i < number; i++) {
            emit(held[i], masked[i]);
        }
        if (number > 0) {
            System.arraycopy(held, number, held, 0, count - number);
            System.arraycopy(masked, number, masked, 0, count - number);
            count -= number;
        }
    }

    private void emit(byte one, boolean hide) throws IOException {
        if (readyCount + MASK.length > ready.length) {
            send();
        }
        if (!hide) {
            ready[readyCount++] = one;
        } else if (!lastWasMasked) {
            System.arraycopy(MASK, 0, ready, readyCount, MASK.length);
            readyCount += MASK.length;
        }
        lastWasMasked = hide;
    }

    private void send() throws IOException {
        int number = readyCount;
        readyCount = 0;
        out.write(ready, 0, number);
    }

    /** Passes on all that is decided; what may be the beginning of a secret stays. */
    @Override
    public void flush() throws IOException {
        lock.lock();
        try {
            if (!closed) {
                renew();
                send();
                out.flush();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        lock.lock();
        try (OutputStream closing = out) {
            if (!closed) {
                closed = true;
                renew();
                release(count);
                send();
                closing.flush();
            }
        } finally {
            lock.unlock();
        }
    }
}
