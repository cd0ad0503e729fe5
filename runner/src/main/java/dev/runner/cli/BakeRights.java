package dev.runner.cli;

import dev.runner.build.bake.BakeAttribute;
import dev.runner.build.bake.BakePlan;
import dev.runner.build.bake.BakeTarget;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What bake files may ask for: nothing outside of the working folder, and no entitlement, unless the command line allows
 * it.
 *
 * @see <a href="https://docs.docker.com/reference/cli/docker/buildx/bake/#allow">docker buildx bake --allow</a>
 */
final class BakeRights {
    private final Set<String> entitlements = new TreeSet<>();
    private final List<String> read = new ArrayList<>();
    private final List<String> write = new ArrayList<>();
    private final boolean anywhere;

    BakeRights(List<String> allowed, Map<String, String> environment) {
        for (String one : allowed) {
            if (one.startsWith("fs=") || one.startsWith("fs.read=")) {
                read.add(one.substring(one.indexOf('=') + 1));
            }
            if (one.startsWith("fs=") || one.startsWith("fs.write=")) {
                write.add(one.substring(one.indexOf('=') + 1));
            }
            if (!one.contains("=")) {
                entitlements.add(one);
            }
        }
        String checked = environment.getOrDefault("BUILDX_BAKE_ENTITLEMENTS_FS", "");
        anywhere = checked.equals("0") || checked.equalsIgnoreCase("false");
    }

    /** @throws UsageException with all that is asked for and not allowed */
    void check(BakePlan plan) {
        Set<String> missing = new TreeSet<>();
        for (BakeTarget target : plan.targets().values()) {
            for (String entitlement : target.texts(BakeAttribute.ENTITLEMENTS)) {
                if (!entitlements.contains(entitlement)) {
                    missing.add(entitlement);
                }
            }
            if (!anywhere) {
                outside(readBy(target), read, "fs.read", missing);
                outside(writtenBy(target), write, "fs.write", missing);
            }
        }
        if (!missing.isEmpty()) {
            throw new UsageException("the bake files ask for what was not allowed; if you trust them, add "
                    + String.join(
                            " ", missing.stream().map(one -> "--allow " + one).toList()));
        }
    }

    private static List<String> readBy(BakeTarget target) {
        List<String> paths = new ArrayList<>();
        String context = target.text(BakeAttribute.CONTEXT);
        if (context != null) {
            paths.add(context);
        }
        paths.addAll(target.pairs(BakeAttribute.CONTEXTS).values());
        target.entries(BakeAttribute.SECRET).forEach(entry -> paths.add(entry.getOrDefault("src", "")));
        target.entries(BakeAttribute.CACHE_FROM).forEach(entry -> paths.add(entry.getOrDefault("src", "")));
        target.entries(BakeAttribute.SSH)
                .forEach(entry ->
                        paths.addAll(List.of(entry.getOrDefault("paths", "").split(","))));
        return paths;
    }

    private static List<String> writtenBy(BakeTarget target) {
        List<String> paths = new ArrayList<>();
        target.entries(BakeAttribute.OUTPUT).forEach(entry -> paths.add(entry.getOrDefault("dest", "")));
        target.entries(BakeAttribute.CACHE_TO).forEach(entry -> paths.add(entry.getOrDefault("dest", "")));
        return paths;
    }

    private static void outside(List<String> paths, List<String> allowed, String right, Set<String> missing) {
        for (String written : paths) {
            String path = written.startsWith("cwd://") ? written.substring("cwd://".length()) : written;
            boolean local = !path.isEmpty() && !path.equals("-") && !path.contains("://") && !path.contains(":");
            if (local && !covered(real(path), allowed)) {
                missing.add(right + "=" + path);
            }
        }
    }

    private static boolean covered(Path path, List<String> allowed) {
        if (path.startsWith(real(""))) {
            return true;
        }
        return allowed.stream().anyMatch(one -> one.equals("*") || path.startsWith(real(one)));
    }

    /** Links count where they lead; of what is not there yet, its folder counts. */
    private static Path real(String text) {
        Path path = Path.of(text).toAbsolutePath().normalize();
        for (Path there = path; there != null; there = there.getParent()) {
            try {
                return there.toRealPath().resolve(there.relativize(path)).normalize();
            } catch (IOException e) {
                // Looked for one folder higher.
            }
        }
        return path;
    }
}
