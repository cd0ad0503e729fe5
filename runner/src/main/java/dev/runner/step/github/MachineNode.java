package dev.runner.step.github;

import dev.runner.host.process.Command;
import dev.runner.host.process.ProcessResult;
import dev.runner.host.process.ProcessRunner;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * This machine's Node for containers whose image has none. GitHub's runner brings a Node of its own under {@code /__e};
 * this one is mounted there with the libraries that it needs and their loader, since an image may lack them or have older
 * ones. Where the image's own libraries do, the program is started as it is; else a launcher starts it through the loader,
 * and tells it to start itself again by the launcher.
 *
 * @param mounts where its files are in a container
 */
record MachineNode(Map<Path, String> mounts) {
    /** Started as it is. */
    static final String PROGRAM = "/__e/node/bin/node";
    /** Started with this machine's libraries. */
    static final String LAUNCHER = "/__e/node/launch/node";

    private static final String LIBRARIES = "/__e/node/lib";
    private static final String LAUNCH = "/__e/node/launch";
    /** Where Debian keeps parts of Node that are not in its program. */
    private static final Path PARTS = Path.of("/usr/share/nodejs");
    /** A line of ldd: a name, where it was found, and an address. */
    private static final Pattern LIBRARY = Pattern.compile("\\s*(\\S+)(?: => (/\\S+))? \\(0x[0-9a-f]+\\)");

    /**
     * What there is to mount.
     *
     * @param program null when this machine has no Node
     * @param folder a new one, for the launcher
     * @return null when there is none, or it is a script that chooses among several
     */
    static @Nullable MachineNode of(@Nullable Path program, Path folder, ProcessRunner processes)
            throws IOException, InterruptedException {
        if (program == null || !isBinary(program.toRealPath())) {
            return null;
        }
        Path binary = program.toRealPath();
        Map<Path, String> mounts = new LinkedHashMap<>();
        mounts.put(binary, PROGRAM);
        ProcessResult listed = processes.run(Command.of("ldd", binary.toString()));
        String loader = null;
        for (String line : listed.succeeded() ? listed.stdoutText().lines().toList() : List.<String>of()) {
            Matcher library = LIBRARY.matcher(line);
            if (!library.matches()) {
                continue;
            }
            String name = library.group(1);
            String place = library.group(2) != null ? library.group(2) : name;
            if (!place.startsWith("/")) {
                continue; // The kernel's own.
            }
            String target = LIBRARIES + "/" + Path.of(name).getFileName();
            loader = name.startsWith("/") ? target : loader;
            mounts.putIfAbsent(Path.of(place).toRealPath(), target);
            if (name.startsWith("libnode.") && Files.isDirectory(PARTS)) {
                mounts.put(PARTS, PARTS.toString());
            }
        }
        mounts.put(launcher(folder, loader), LAUNCH);
        return new MachineNode(mounts);
    }

    private static boolean isBinary(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] start = in.readNBytes(4);
            return start.length == 4 && start[0] == 0x7f && start[1] == 'E' && start[2] == 'L' && start[3] == 'F';
        }
    }

    private static Path launcher(Path folder, @Nullable String loader) throws IOException {
        Files.createDirectories(folder);
        String start = loader == null ? PROGRAM : loader + " --library-path " + LIBRARIES + " " + PROGRAM;
        Path script = folder.resolve("node");
        Files.writeString(script, "#!/bin/sh\nexec " + start + " --require " + LAUNCH + "/self.cjs \"$@\"\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(folder.resolve("self.cjs"), "process.execPath = '" + LAUNCHER + "';\n");
        return folder;
    }
}
