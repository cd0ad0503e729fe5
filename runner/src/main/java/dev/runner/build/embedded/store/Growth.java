package dev.runner.build.embedded.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Decides when it is time to look whether the store has become too big, without looking: a line with the bytes of blobs
 * that were added since somebody looked, how many may be added until the next time, and when that was. A run that adds
 * nothing does not even read it. It is an estimate: two runs that end at once may count as one, unpacked files and cache
 * mounts are not counted, and so it is also time after an hour.
 */
final class Growth {
    private static final long HOUR = 3_600_000;
    /** Before anybody has looked. */
    private static final long FIRST_ALLOWANCE = 1L << 30;

    private static final long LEAST_ALLOWANCE = 64L << 20;

    private final Path file;

    Growth(Path root) {
        this.file = root.resolve("growth");
    }

    private record State(long added, long allowance, long looked) {}

    /** Adds bytes; whether it is time to look, which only one of those who ask is told. */
    boolean add(long bytes, long now, Path temporary) throws IOException {
        State before = read(now);
        long added = before.added + bytes;
        boolean due = added >= before.allowance || now - before.looked > HOUR;
        write(due ? new State(0, before.allowance, now) : new State(added, before.allowance, before.looked), temporary);
        return due;
    }

    /** Somebody has looked: so many bytes more are no harm. */
    void looked(long room, long now, Path temporary) throws IOException {
        // A blob is kept unpacked as well, which takes about three times its size.
        write(new State(0, Math.max(LEAST_ALLOWANCE, room / 4), now), temporary);
    }

    private State read(long now) throws IOException {
        try {
            String[] words = Files.readString(file).strip().split(" ");
            if (words.length == 3) {
                return new State(Long.parseLong(words[0]), Long.parseLong(words[1]), Long.parseLong(words[2]));
            }
        } catch (NoSuchFileException | NumberFormatException e) {
            // A new store, or one whose machine went down: begin anew.
        }
        return new State(0, FIRST_ALLOWANCE, now);
    }

    private void write(State state, Path temporary) throws IOException {
        Files.writeString(temporary, state.added + " " + state.allowance + " " + state.looked + "\n");
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
