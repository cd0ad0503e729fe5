package dev.runner.oci.layer;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Throughput of tar, digests and compression in one pass, over real text cut into files of 10 KB, 20 MB in all. The first
 * pass is what a command pays, the JVM being cold; the median is what the machine can do.
 *
 * <p>Run from the project's root after {@code mvn -pl runner compile}, with the zstd-jni jar on the class path for zstd:
 *
 * <pre>java -cp runner/target/classes:ZSTD_JAR runner/src/jmh/java/dev/runner/oci/layer/LayerBenchmark.java [gzip:4 …]</pre>
 *
 * Each way is best given a JVM of its own; several in one warm each other.
 */
public final class LayerBenchmark {
    private static final int FILE = 10_000;
    private static final int TOTAL = 20_000_000;
    private static final int ROUNDS = 15;

    private LayerBenchmark() {}

    public static void main(String[] arguments) throws IOException {
        List<byte[]> files = files();
        for (String way : arguments.length == 0 ? new String[] {"none", "gzip:1", "gzip:4", "gzip:6"} : arguments) {
            measure(way, files);
        }
    }

    private static void measure(String way, List<byte[]> files) throws IOException {
        long[] nanos = new long[ROUNDS];
        long size = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long start = System.nanoTime();
            try (LayerWriter writer = LayerWriter.open(OutputStream.nullOutputStream(), compression(way))) {
                int i = 0;
                for (byte[] file : files) {
                    TarEntry.Attributes attributes = TarEntry.Attributes.of(0644, 0, 0, 1_700_000_000_000_000_000L);
                    writer.tar().put(TarEntry.File.of("src/f" + i++ + ".txt", attributes, file.length), file);
                }
                size = writer.finish().blob().size();
            }
            nanos[round] = System.nanoTime() - start;
        }
        long first = nanos[0];
        Arrays.sort(nanos);
        long median = nanos[ROUNDS / 2];
        System.out.printf(
                "%-8s first %4d ms, median %4d ms = %4d MB/s, %5.2f MB%n",
                way, first / 1_000_000, median / 1_000_000, TOTAL * 1000L / median, size / 1e6);
    }

    private static Compression compression(String way) {
        String[] parts = way.split(":");
        return switch (parts[0]) {
            case "none" -> Compression.NONE;
            case "gzip" -> new Compression.Gzip(Integer.parseInt(parts[1]));
            case "zstd" -> new Compression.Zstd(Integer.parseInt(parts[1]));
            default -> throw new IllegalArgumentException(way);
        };
    }

    private static List<byte[]> files() throws IOException {
        List<byte[]> files = new ArrayList<>();
        try (Stream<Path> sources = Files.walk(Path.of("/usr/lib/python3"))) {
            for (Path source : sources.filter(p -> p.toString().endsWith(".py")).sorted().toList()) {
                byte[] content = Files.readAllBytes(source);
                for (int at = 0; at + FILE <= content.length && files.size() < TOTAL / FILE; at += FILE) {
                    files.add(Arrays.copyOfRange(content, at, at + FILE));
                }
            }
        }
        int distinct = files.size();
        for (int i = 0; files.size() < TOTAL / FILE; i++) {
            byte[] copy = files.get(i % distinct).clone();
            for (int at = i % 7; at < copy.length; at += 61) {
                copy[at] = (byte) ('a' + (i + at) % 26);
            }
            files.add(copy);
        }
        return files;
    }
}
