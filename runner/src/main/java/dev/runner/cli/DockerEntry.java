package dev.runner.cli;

import dev.runner.build.BuildCache;
import dev.runner.build.Containers;
import dev.runner.build.Images;
import dev.runner.build.LocalImages;
import dev.runner.build.container.JobContainers;
import dev.runner.cli.docker.DockerBuild;
import dev.runner.cli.docker.DockerCommandLine;
import dev.runner.cli.docker.Surroundings;
import dev.runner.host.emulator.Binfmt;
import dev.runner.host.emulator.EmulatorFinder;
import dev.runner.registry.DockerConfig;
import dev.runner.registry.RegistryClient;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code runner docker …}: what Docker's commands work with, wired. */
final class DockerEntry implements Surroundings, AutoCloseable {
    private final Map<String, String> environment;
    private final InputStream in;
    private final PrintWriter out;
    private final PrintWriter err;
    private @Nullable Toolbox toolbox;

    private DockerEntry(Map<String, String> environment, InputStream in, PrintWriter out, PrintWriter err) {
        this.environment = Map.copyOf(environment);
        this.in = in;
        this.out = out;
        this.err = err;
    }

    /** Runs the words behind {@code docker}; the exit code. */
    static int run(
            List<String> words, Map<String, String> environment, InputStream in, PrintWriter out, PrintWriter err) {
        DockerEntry[] made = new DockerEntry[1];
        try {
            try {
                return DockerCommandLine.run(
                        words, environment, chosen -> made[0] = new DockerEntry(chosen, in, out, err));
            } finally {
                if (made[0] != null) {
                    made[0].close();
                }
            }
        } catch (IOException | InterruptedException | RuntimeException e) {
            out.flush();
            int code = Faults.explain(e, err);
            return code == ExitCode.CANCELLED ? code : 1;
        }
    }

    Toolbox toolbox() {
        if (toolbox == null) {
            toolbox = new Toolbox(environment, new RegistryOptions());
        }
        return toolbox;
    }

    RunnerCommand root() {
        return new RunnerCommand(List.of("docker"), environment, in, out, err);
    }

    @Override
    public Map<String, String> environment() {
        return environment;
    }

    @Override
    public InputStream in() {
        return in;
    }

    @Override
    public PrintWriter out() {
        return out;
    }

    @Override
    public PrintWriter err() {
        return err;
    }

    @Override
    public OutputStream outputBytes() {
        out.flush();
        return new FileOutputStream(FileDescriptor.out);
    }

    @Override
    public OutputStream errorBytes() {
        err.flush();
        return new FileOutputStream(FileDescriptor.err);
    }

    @Override
    public boolean isTerminal() {
        return System.console() != null && System.console().isTerminal();
    }

    @Override
    public Path configFolder() {
        return Locations.of(environment).config();
    }

    @Override
    public Path stateFolder() {
        return Locations.of(environment).state();
    }

    @Override
    public Path volumesFolder() {
        return Toolbox.containers(Locations.of(environment)).resolve("volumes");
    }

    @Override
    public Path storeFolder() {
        return Locations.of(environment).store();
    }

    @Override
    public List<String> launcher() {
        return PipelineRun.launcher(environment);
    }

    @Override
    public Images images() {
        return toolbox().images();
    }

    @Override
    public LocalImages localImages() {
        return toolbox().localImages();
    }

    @Override
    public Containers containers() {
        return toolbox().containers();
    }

    @Override
    public JobContainers jobContainers() {
        return toolbox().jobContainers();
    }

    @Override
    public BuildCache cache() {
        return toolbox().builder().cache();
    }

    @Override
    public RegistryClient registry() {
        return toolbox().registryClient();
    }

    @Override
    public DockerConfig dockerConfig() {
        return toolbox().dockerConfig();
    }

    @Override
    public Binfmt binfmt() {
        return toolbox().binfmt();
    }

    @Override
    public EmulatorFinder emulators() {
        return toolbox().emulatorFinder(false);
    }

    @Override
    public int build(DockerBuild build) throws InterruptedException {
        if (!build.collection().isEmpty()) {
            toolbox().collectBy(build.collection());
        }
        toolbox().reachBy(build.registries());
        return new DockerBuildCall(this, build).run();
    }

    @Override
    public int run(List<String> words) {
        return Main.run(words, environment, in, out, err);
    }

    @Override
    public boolean has(String command) {
        return Main.knows(command);
    }

    @Override
    public void close() throws IOException {
        if (toolbox != null) {
            toolbox.close();
        }
    }
}
