package dev.runner.build.embedded.containers;

import dev.runner.build.container.LogQuery;
import dev.runner.host.process.OutputSink;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a container has put out, a line each: {@code TIME o|e|O|E LENGTH\n}, then as many bytes as the length says and a
 * line end. A capital letter says that the line's own end has not come yet.
 */
public final class ContainerLog {
    /** With nine digits always, as Docker writes it. */
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.nnnnnnnnn'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private static final int LONGEST = 16 * 1024;
    private static final long PAUSE = 20;

    private final Path file;

    ContainerLog(Path file) {
        this.file = file;
    }

    /** Both streams of a container, into the file and to whoever watches. */
    public final class Writer implements AutoCloseable {
        private final OutputStream out;

        private Writer(OutputStream out) {
            this.out = out;
        }

        /** @param beside also gets the bytes, as they come; null for nobody */
        public OutputSink sink(boolean error, @Nullable OutputStream beside) {
            return new Lines(this, error, beside);
        }

        private synchronized void line(boolean error, boolean ended, byte[] bytes, int length) throws IOException {
            char letter = error ? 'e' : 'o';
            String head = TIME.format(Instant.now()) + " " + (ended ? letter : Character.toUpperCase(letter)) + " "
                    + length + "\n";
            ByteArrayOutputStream line = new ByteArrayOutputStream(head.length() + length + 1);
            line.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
            line.write(bytes, 0, length);
            line.write('\n');
            // In one call, so that a reader sees whole lines.
            out.write(line.toByteArray());
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }

    private static final class Lines implements OutputSink {
        private final Writer writer;
        private final boolean error;
        private final @Nullable OutputStream beside;
        private final byte[] line = new byte[LONGEST];
        private int length;

        Lines(Writer writer, boolean error, @Nullable OutputStream beside) {
            this.writer = writer;
            this.error = error;
            this.beside = beside;
        }

        @Override
        public void write(byte[] bytes, int offset, int count) throws IOException {
            for (int i = offset; i < offset + count; i++) {
                if (bytes[i] == '\n') {
                    writer.line(error, true, line, length);
                    length = 0;
                } else {
                    line[length++] = bytes[i];
                    if (length == LONGEST) {
                        flush();
                    }
                }
            }
            if (beside != null) {
                beside.write(bytes, offset, count);
                beside.flush();
            }
        }

        private void flush() throws IOException {
            writer.line(error, false, line, length);
            length = 0;
        }

        @Override
        public void end() throws IOException {
            if (length > 0) {
                flush();
            }
        }
    }

    /** Goes on behind what is there. */
    public Writer append() throws IOException {
        return new Writer(Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
    }

    private record Line(Instant time, boolean error, boolean ended, byte[] bytes) {}

    /**
     * Writes what a query asks for.
     *
     * @param over whether no more will come; asked before each look at the file
     */
    public void read(LogQuery query, BooleanSupplier over, OutputStream out, OutputStream error)
            throws IOException, InterruptedException {
        try (InputStream in = open(query, over)) {
            Deque<Line> last = new ArrayDeque<>();
            Instant since = query.since();
            boolean[] begun = new boolean[2];
            boolean tailing = query.tail() >= 0;
            while (true) {
                boolean ended = !query.follow() || over.getAsBoolean();
                Line line;
                while ((line = next(in)) != null) {
                    if (since != null && line.time.isBefore(since)) {
                        continue;
                    }
                    if (query.until() != null && line.time.isAfter(query.until())) {
                        ended = true;
                        break;
                    }
                    if (!tailing) {
                        put(line, query, begun, line.error ? error : out);
                    } else {
                        last.add(line);
                        if (wholeLines(last) > query.tail()) {
                            dropFirst(last);
                        }
                    }
                }
                for (Line kept : last) {
                    put(kept, query, begun, kept.error ? error : out);
                }
                last.clear();
                tailing = false;
                out.flush();
                error.flush();
                if (ended) {
                    return;
                }
                Thread.sleep(PAUSE);
            }
        }
    }

    private static long wholeLines(Deque<Line> lines) {
        long ended = lines.stream().filter(Line::ended).count();
        return lines.isEmpty() || lines.getLast().ended ? ended : ended + 1;
    }

    private static void dropFirst(Deque<Line> lines) {
        while (!lines.isEmpty() && !lines.removeFirst().ended) {
            continue;
        }
    }

    private static void put(Line line, LogQuery query, boolean[] begun, OutputStream to) throws IOException {
        int stream = line.error ? 1 : 0;
        if (query.timestamps() && !begun[stream]) {
            to.write((TIME.format(line.time) + " ").getBytes(StandardCharsets.US_ASCII));
        }
        to.write(line.bytes);
        if (line.ended) {
            to.write('\n');
        }
        begun[stream] = !line.ended;
    }

    private InputStream open(LogQuery query, BooleanSupplier over) throws IOException, InterruptedException {
        while (true) {
            try {
                return new BufferedInputStream(Files.newInputStream(file), 64 * 1024);
            } catch (NoSuchFileException e) {
                if (!query.follow() || over.getAsBoolean()) {
                    return InputStream.nullInputStream();
                }
                Thread.sleep(PAUSE);
            }
        }
    }

    private static @Nullable Line next(InputStream in) throws IOException, InterruptedException {
        byte[] head = new byte[64];
        int length = 0;
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                if (length == 0) {
                    return null;
                }
                Thread.sleep(1); // The rest is on its way.
                continue;
            }
            if (length == head.length) {
                throw new IOException("the log is spoilt");
            }
            head[length++] = (byte) b;
        }
        String[] words = new String(head, 0, length, StandardCharsets.US_ASCII).split(" ");
        if (words.length != 3) {
            throw new IOException("the log is spoilt");
        }
        byte[] bytes = new byte[Integer.parseInt(words[2]) + 1];
        for (int read = 0; read < bytes.length; ) {
            int n = in.read(bytes, read, bytes.length - read);
            if (n < 0) {
                Thread.sleep(1);
            }
            read += Math.max(0, n);
        }
        char letter = words[1].charAt(0);
        return new Line(
                Instant.parse(words[0]),
                Character.toLowerCase(letter) == 'e',
                Character.isLowerCase(letter),
                Arrays.copyOf(bytes, bytes.length - 1));
    }
}
