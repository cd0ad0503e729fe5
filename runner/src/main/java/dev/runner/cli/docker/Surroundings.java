package dev.runner.cli.docker;

import dev.runner.build.BuildCache;
import dev.runner.build.Containers;
import dev.runner.build.Images;
import dev.runner.build.LocalImages;
import dev.runner.build.container.JobContainers;
import dev.runner.host.emulator.Binfmt;
import dev.runner.host.emulator.EmulatorFinder;
import dev.runner.registry.DockerConfig;
import dev.runner.registry.RegistryClient;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What Docker's commands work with: the program they are part of gives it, each part made when it is asked for. */
public interface Surroundings {
    Map<String, String> environment();

    InputStream in();

    PrintWriter out();

    PrintWriter err();

    /** Bytes on standard output, which must be empty of text that waits to be written. */
    OutputStream outputBytes();

    /** Bytes on standard error. */
    OutputStream errorBytes();

    /** Whether a person watches. */
    boolean isTerminal();

    /** Where the program keeps what a user has set, such as builders. */
    Path configFolder();

    /** Where things lie that outlive a call, such as volumes. */
    Path stateFolder();

    /** Where images are kept. */
    Path storeFolder();

    /** The command that starts this program. */
    List<String> launcher();

    Images images();

    LocalImages localImages();

    Containers containers();

    /** Where named volumes are, a folder each. */
    Path volumesFolder();

    JobContainers jobContainers();

    BuildCache cache();

    RegistryClient registry();

    DockerConfig dockerConfig();

    Binfmt binfmt();

    EmulatorFinder emulators();

    /** Builds; the exit code. */
    int build(DockerBuild build) throws InterruptedException;

    /** Runs another command of the program, such as {@code cache du}; the exit code. */
    int run(List<String> words);

    /** Whether the program has a command of that name. */
    boolean has(String command);
}
