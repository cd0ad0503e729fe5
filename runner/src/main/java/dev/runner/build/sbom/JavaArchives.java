package dev.runner.build.sbom;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** Maven artifacts in jars, and in the jars that these hold; told by their {@code pom.properties}. */
final class JavaArchives {
    private static final int DEEPEST = 3;
    private static final int LONGEST_PROPERTIES = 1 << 16;
    private static final int MOST_ENTRIES = 200_000;
    private static final long MOST_BYTES = 4L << 30;

    private final List<SoftwarePackage> found = new ArrayList<>();
    private final String path;
    private int entries;
    private long bytes;

    private JavaArchives(String path) {
        this.path = path;
    }

    static List<SoftwarePackage> read(RootFiles.File file) throws IOException {
        JavaArchives archives = new JavaArchives(file.path());
        try (InputStream in = file.open()) {
            archives.archive(in, 0);
        } catch (java.util.zip.ZipException | IllegalArgumentException | java.io.EOFException e) {
            return archives.found; // Not every file that is called so is an archive.
        }
        return archives.found;
    }

    @SuppressWarnings("resource") // whoever opened the file closes it
    private void archive(InputStream in, int depth) throws IOException {
        ZipInputStream zip = new ZipInputStream(new Unclosed(in));
        for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
            if (++entries > MOST_ENTRIES || bytes > MOST_BYTES) {
                return;
            }
            String name = entry.getName();
            if (name.startsWith("META-INF/maven/") && name.endsWith("/pom.properties")) {
                properties(zip.readNBytes(LONGEST_PROPERTIES));
            } else if (name.endsWith(".jar") && depth < DEEPEST) {
                archive(zip, depth + 1);
            }
        }
    }

    private void properties(byte[] content) throws IOException {
        Properties properties = new Properties();
        properties.load(new java.io.ByteArrayInputStream(content));
        String group = properties.getProperty("groupId", "");
        String artifact = properties.getProperty("artifactId", "");
        if (!group.isEmpty() && !artifact.isEmpty()) {
            found.add(new SoftwarePackage(
                    "maven", group, artifact, properties.getProperty("version", ""), Map.of(), null, path));
        }
    }

    /** Counts, and outlives the archive that is read from it. */
    private final class Unclosed extends FilterInputStream {
        private Unclosed(InputStream in) {
            super(in);
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int count = in.read(buffer, offset, length);
            bytes += Math.max(0, count);
            if (bytes > MOST_BYTES) {
                throw new java.util.zip.ZipException("the archive unpacks to too much");
            }
            return count;
        }

        @Override
        public void close() {}
    }
}
