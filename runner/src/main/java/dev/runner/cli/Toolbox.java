package dev.runner.cli;

import dev.runner.build.Containers;
import dev.runner.build.Engine;
import dev.runner.build.Images;
import dev.runner.host.emulator.Binfmt;
import dev.runner.host.emulator.EmulatorFinder;
import dev.runner.host.process.ProcessRunner;
import dev.runner.registry.CredentialSource;
import dev.runner.registry.DockerConfig;
import dev.runner.registry.MemoryCredentials;
import dev.runner.registry.RegistryClient;
import dev.runner.registry.TransferListener;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a command, wired by hand, each made when it is first asked for: a command that needs no registry opens no
 * connection pool. Closing closes what was made, in reverse. For one thread; the parts themselves are safe for many.
 */
final class Toolbox implements AutoCloseable {
    private final Map<String, String> environment;
    private final Locations locations;
    private final RegistryOptions registryOptions;
    private final MemoryCredentials logins = new MemoryCredentials();
    private @Nullable ProcessRunner processes;
    private @Nullable RegistryClient registryClient;

    Toolbox(Map<String, String> environment, RegistryOptions registryOptions) {
        this.environment = environment;
        this.locations = Locations.of(environment);
        this.registryOptions = registryOptions;
    }

    Locations locations() {
        return locations;
    }

    /** The logins of this run: they come before those of the user's Docker config. */
    MemoryCredentials logins() {
        return logins;
    }

    DockerConfig dockerConfig() {
        return DockerConfig.of(environment);
    }

    RegistryClient registryClient() {
        if (registryClient == null) {
            registryClient = RegistryClient.of(
                    registryOptions.configuration(locations, environment),
                    CredentialSource.firstOf(logins, dockerConfig()),
                    TransferListener.SILENT);
        }
        return registryClient;
    }

    ProcessRunner processes() {
        if (processes == null) {
            processes = new ProcessRunner();
        }
        return processes;
    }

    Binfmt binfmt() {
        return new Binfmt(Binfmt.ROOT, processes());
    }

    /** Finds emulators; the package manager may install them for root, and for others when they say so. */
    EmulatorFinder emulatorFinder(boolean install) {
        throw new UnsupportedOperationException("later" + install);
    }

    Engine engine() {
        throw new UnsupportedOperationException("later");
    }

    Images images() {
        throw new UnsupportedOperationException("later");
    }

    Containers containers() {
        throw new UnsupportedOperationException("later");
    }

    @Override
    public void close() {
        if (registryClient != null) {
            registryClient.close();
        }
        if (processes != null) {
            processes.close();
        }
    }
}
