package dev.runner.oci.layer;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A layer of 2,000 files and 20 MB: its tar alone, and with both digests and compression in one pass on all cores. With {@code -bm ss -wi 0 -i 1 -f 5} it is what a command pays, the JVM being cold.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgs = {"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"})
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
public class LayerBenchmark {
    private static final int FILES = 2_000;
    private static final int FILE = 10_000;
    private static final TarEntry.Attributes PLAIN =
            TarEntry.Attributes.of(0644, 0, 0, 1_700_000_000_000_000_000L);

    private final List<byte[]> files = new ArrayList<>();

    /** Source-like text, the same on every machine, that gzip makes about half as large. */
    @Setup
    public void write() {
        Random random = new Random(7);
        List<String> words = new ArrayList<>();
        for (int word = 0; word < 4_000; word++) {
            words.add(random.ints(3 + random.nextInt(8), 'a', 'z' + 1)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString());
        }
        for (int file = 0; file < FILES; file++) {
            StringBuilder text = new StringBuilder();
            while (text.length() < FILE) {
                text.append(words.get((int) (random.nextDouble() * random.nextDouble() * words.size())));
                text.append(text.length() % 9 == 0 ? '\n' : ' ');
            }
            files.add(text.substring(0, FILE).getBytes(StandardCharsets.US_ASCII));
        }
    }

    @Benchmark
    public void tar() throws IOException {
        TarWriter tar = new TarWriter(OutputStream.nullOutputStream());
        put(tar);
        tar.finish();
    }

    @Benchmark
    public LayerDigests layer(Packing packing) throws IOException {
        try (LayerWriter writer = LayerWriter.open(OutputStream.nullOutputStream(), packing.compression())) {
            put(writer.tar());
            return writer.finish();
        }
    }

    private void put(TarWriter tar) throws IOException {
        int number = 0;
        for (byte[] file : files) {
            tar.put(TarEntry.File.of("src/f" + number++ + ".txt", PLAIN, file.length), file);
        }
    }

    /** How the layer is packed. */
    @State(Scope.Benchmark)
    public static class Packing {
        @Param({"none", "gzip:1", "gzip:3", "gzip:6", "zstd:3"})
        public String way = "";

        Compression compression() {
            String[] parts = way.split(":");
            return switch (parts[0]) {
                case "none" -> Compression.NONE;
                case "gzip" -> new Compression.Gzip(Integer.parseInt(parts[1]));
                case "zstd" -> new Compression.Zstd(Integer.parseInt(parts[1]));
                default -> throw new IllegalArgumentException(way);
            };
        }
    }
}
