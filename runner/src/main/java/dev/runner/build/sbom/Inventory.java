package dev.runner.build.sbom;

import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The packages of a root filesystem, found in one walk: what dpkg, apk and rpm have installed, packages of npm and Python,
 * Maven artifacts in jars, modules in Go binaries.
 */
public final class Inventory {
    /** Databases and descriptions longer than this are not read. */
    private static final int LONGEST_TEXT = 64 << 20;

    private final Map<String, SoftwarePackage> packages = new TreeMap<>();
    private final List<Pending> pending = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private Distribution distribution = Distribution.UNKNOWN;

    private Inventory() {}

    /** A database that waits until the distribution is known. */
    private record Pending(String path, byte[] content, Kind kind) {}

    private enum Kind {
        DPKG,
        APK,
        RPM
    }

    /**
     * What was found.
     *
     * @param notes what could not be read, for people
     */
    public record Found(Distribution distribution, List<SoftwarePackage> packages, List<String> notes) {
        public Found {
            packages = List.copyOf(packages);
            notes = List.copyOf(notes);
        }
    }

    public static Found scan(RootFiles files) throws IOException {
        Inventory inventory = new Inventory();
        files.walk(inventory::file);
        inventory.readPending();
        return new Found(
                inventory.distribution,
                inventory.packages.values().stream()
                        .sorted(Comparator.comparing(SoftwarePackage::url).thenComparing(SoftwarePackage::foundIn))
                        .toList(),
                inventory.notes);
    }

    private void file(RootFiles.File file) throws IOException {
        String path = file.path();
        String name = path.substring(path.lastIndexOf('/') + 1);
        switch (name) {
            case "os-release" -> {
                boolean standard = path.equals("etc/os-release") || path.equals("usr/lib/os-release");
                if (standard && distribution == Distribution.UNKNOWN) {
                    distribution = Distribution.parse(new String(content(file), StandardCharsets.UTF_8));
                }
            }
            case "status" -> database(file, path.equals("var/lib/dpkg/status"), Kind.DPKG);
            case "installed" -> database(file, path.endsWith("lib/apk/db/installed"), Kind.APK);
            case "rpmdb.sqlite", "Packages.db", "Packages" -> database(file, isRpmFolder(path), Kind.RPM);
            case "package.json" -> add(path.contains("node_modules/"), file, NodePackages::read);
            case "METADATA" -> add(path.contains(".dist-info/"), file, PythonPackages::read);
            case "PKG-INFO" -> add(path.contains(".egg-info/"), file, PythonPackages::read);
            default -> byContent(file, path, name);
        }
    }

    private void byContent(RootFiles.File file, String path, String name) throws IOException {
        if (path.startsWith("var/lib/dpkg/status.d/") && !name.endsWith(".md5sums")) {
            database(file, true, Kind.DPKG);
        } else if (name.endsWith(".egg-info")) {
            add(true, file, PythonPackages::read);
        } else if (name.endsWith(".jar") || name.endsWith(".war") || name.endsWith(".ear")) {
            addAll(JavaArchives.read(file));
        } else if (file.executable()) {
            addAll(GoBinaries.read(file));
        }
    }

    private static boolean isRpmFolder(String path) {
        return path.startsWith("var/lib/rpm/") || path.startsWith("usr/lib/sysimage/rpm/");
    }

    private void database(RootFiles.File file, boolean here, Kind kind) throws IOException {
        if (here) {
            pending.add(new Pending(file.path(), content(file), kind));
        }
    }

    /** Reads a description. */
    @FunctionalInterface
    private interface Reader {
        Collection<SoftwarePackage> read(String path, byte[] content);
    }

    private void add(boolean here, RootFiles.File file, Reader reader) throws IOException {
        if (here) {
            addAll(reader.read(file.path(), content(file)));
        }
    }

    private void addAll(Collection<SoftwarePackage> found) {
        found.forEach(one -> packages.putIfAbsent(one.url() + " " + one.foundIn(), one));
    }

    private byte[] content(RootFiles.File file) throws IOException {
        if (file.size() > LONGEST_TEXT) {
            notes.add("/" + file.path() + " is too long to be read");
            return new byte[0];
        }
        try (InputStream in = file.open()) {
            return in.readNBytes(LONGEST_TEXT);
        }
    }

    private void readPending() {
        for (Pending database : pending) {
            try {
                addAll(
                        switch (database.kind) {
                            case DPKG -> DistributionPackages.dpkg(database.path, database.content, distribution);
                            case APK -> DistributionPackages.apk(database.path, database.content, distribution);
                            case RPM -> RpmDatabase.read(database.path, database.content, distribution);
                        });
            } catch (RuntimeException e) {
                if (!isBroken(e)) {
                    throw e;
                }
                notes.add("/" + database.path + " is broken: " + e.getMessage());
            }
        }
    }

    /** Whether the content is to blame: it is no database, or leads out of itself. */
    static boolean isBroken(RuntimeException e) {
        return e instanceof IllegalArgumentException
                || e instanceof IndexOutOfBoundsException
                || e instanceof BufferUnderflowException
                || e instanceof NegativeArraySizeException
                || e instanceof ArithmeticException;
    }
}
