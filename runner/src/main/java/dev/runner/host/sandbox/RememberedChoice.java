package dev.runner.host.sandbox;

import dev.runner.host.process.Executables;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which sandbox was found to work, so that the next run need not try them all: trying two OCI runtimes costs more than
 * many a RUN step. It holds for the same boot, namespaces, rights and programs; anything else is tried out anew.
 */
final class RememberedChoice {
    /** Raised when this program finds sandboxes to work that did not before. */
    private static final int RULES = 3;

    private final Path file;
    private final String circumstances;

    private RememberedChoice(Path file, String circumstances) {
        this.file = file;
        this.circumstances = circumstances;
    }

    /** Beside the state folder, which holds only what runs need.
     *
     * @param wish what was asked for: a choice for one wish says nothing about another */
    static RememberedChoice of(Path stateFolder, String wish) {
        return new RememberedChoice(stateFolder.resolveSibling("sandbox-" + wish), circumstances());
    }

    /** The kind that worked, or null when nothing is known of these circumstances. */
    @Nullable
    String kind() {
        try {
            List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
            return lines.size() == 2 && lines.getFirst().equals(circumstances) ? lines.get(1) : null;
        } catch (IOException e) {
            return null;
        }
    }

    void remember(String kind) {
        try {
            Path fresh = Files.createTempFile(file.toAbsolutePath().getParent(), "sandbox", ".new");
            Files.writeString(fresh, circumstances + "\n" + kind + "\n");
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            return; // Then the next run tries them out again.
        }
    }

    private static String circumstances() {
        StringBuilder text = new StringBuilder();
        text.append(RULES)
                .append(' ')
                .append(read(Path.of("/proc/sys/kernel/random/boot_id")).strip());
        for (String namespace : List.of("mnt", "user", "pid", "cgroup")) {
            text.append(' ').append(link(Path.of("/proc/self/ns", namespace)));
        }
        read(Path.of("/proc/self/status"))
                .lines()
                .filter(line -> line.startsWith("Uid:")
                        || line.startsWith("CapEff:")
                        || line.startsWith("Seccomp:")
                        || line.startsWith("NoNewPrivs:"))
                .forEach(line -> text.append(' ').append(line.replaceAll("\\s+", "")));
        for (String program : List.of("crun", "runc", "unshare", "nsenter", "proot")) {
            text.append(' ').append(stamp(Executables.find(program)));
        }
        return text.toString();
    }

    private static String stamp(@Nullable Path program) {
        try {
            return program == null
                    ? "-"
                    : program + "@" + Files.getLastModifiedTime(program).toMillis();
        } catch (IOException e) {
            return "?";
        }
    }

    private static String link(Path path) {
        try {
            return Files.readSymbolicLink(path).toString();
        } catch (IOException e) {
            return "?";
        }
    }

    private static String read(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            return "";
        }
    }
}
