package dev.runner.build.embedded.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** What living runs have leased, read from their folders; dead ones' leases do not count. */
final class Leases {
    private Leases() {}

    static Set<String> ofLiving(Sys sys, Path root) throws IOException {
        Set<String> leased = new HashSet<>();
        Path tmp = root.resolve("tmp");
        for (String id : Folders.names(sys, Sys.CWD, tmp.toString(), "tmp")) {
            if (Run.lives(sys, tmp.resolve(id))) {
                read(tmp.resolve(id).resolve("leases"), leased);
            }
        }
        return leased;
    }

    private static void read(Path leases, Set<String> into) throws IOException {
        try {
            new String(Files.readAllBytes(leases), StandardCharsets.ISO_8859_1)
                    .lines()
                    .forEach(into::add);
        } catch (NoSuchFileException e) {
            // The run has just ended.
        }
    }
}
