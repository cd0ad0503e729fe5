package dev.runner.cli;

import dev.runner.build.BuildListener;
import dev.runner.build.Containers;
import dev.runner.build.Engine;
import dev.runner.build.Images;
import dev.runner.build.LocalImages;
import dev.runner.build.Output;
import dev.runner.build.container.JobContainers;
import dev.runner.build.embedded.EmbeddedBuilder;
import dev.runner.checkout.Checkout;
import dev.runner.host.emulator.Binfmt;
import dev.runner.host.emulator.EmulatorFinder;
import dev.runner.host.process.ProcessRunner;
import dev.runner.oci.Descriptor;
import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import dev.runner.registry.CredentialSource;
import dev.runner.registry.DockerConfig;
import dev.runner.registry.JobAccounts;
import dev.runner.registry.RegistryClient;
import dev.runner.registry.RegistryConfiguration;
import dev.runner.registry.TransferListener;
import dev.runner.secret.Masker;
import dev.runner.step.GitSources;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a command, wired by hand, each made when it is first asked for: a command that needs no registry opens no
 * connection pool. Closing closes what was made, in reverse. For one thread, but that any may ask for the registry client
 * until it is closed; the parts themselves are safe for many.
 */
final class Toolbox implements AutoCloseable {
    private final Map<String, String> environment;
    private final Locations locations;
    private final RegistryOptions registryOptions;
    private final Masker masker = new Masker();
    private @Nullable EmbeddedBuilder builder;
    private @Nullable ProcessRunner processes;
    private @Nullable RegistryClient registryClient;
    private @Nullable RegistryConfiguration registryConfiguration;
    private CredentialSource credentials;
    private @Nullable JobContainers jobContainers;
    private String collection = "";
    private boolean closed;

    Toolbox(Map<String, String> environment, RegistryOptions registryOptions) {
        this.environment = environment;
        this.locations = Locations.of(environment);
        this.registryOptions = registryOptions;
        this.credentials = CredentialSource.firstOf(DockerConfig.of(environment), JobAccounts.source(environment));
    }

    /** Where containers, their names and volumes are kept. */
    static Path containers(Locations locations) {
        return locations.state().resolve("containers");
    }

    Locations locations() {
        return locations;
    }

    DockerConfig dockerConfig() {
        return DockerConfig.of(environment);
    }

    RegistryConfiguration registryConfiguration() {
        if (registryConfiguration == null) {
            registryConfiguration = registryOptions.configuration(locations, environment);
        }
        return registryConfiguration;
    }

    /** Registries are reached by this on top of the configuration; to be said before anything talks to one. */
    void reachBy(RegistryConfiguration more) {
        registryConfiguration = RegistryOptions.merge(registryConfiguration(), more);
    }

    /** The client, with the credentials of the user's Docker config unless {@link #useCredentials} came first. */
    synchronized RegistryClient registryClient() {
        if (closed) {
            throw new IllegalStateException("the registry client is closed");
        }
        if (registryClient == null) {
            registryClient = RegistryClient.of(registryConfiguration(), credentials, TransferListener.SILENT);
        }
        return registryClient;
    }

    /** Whose credentials the registry client shows; to be said before anything talks to a registry. */
    void useCredentials(CredentialSource source) {
        credentials = source;
    }

    /** Garbage is collected by this policy, written as the key {@code gc} of the configuration, in place of its own. */
    void collectBy(String policy) {
        collection = policy;
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
        boolean root = "root".equals(System.getProperty("user.name"));
        EmulatorFinder.Policy policy =
                new EmulatorFinder.Policy(install || root, true, this::fetchImage, EmulatorFinder.Policy.DEFAULT_IMAGE);
        return new EmulatorFinder(binfmt(), processes(), locations.emulators(), policy);
    }

    /** Finds emulators that a sandbox is given: the machine stays as it is, whoever we are. */
    private EmulatorFinder handedOver() {
        return new EmulatorFinder(
                binfmt(),
                processes(),
                locations.emulators(),
                new EmulatorFinder.Policy(false, true, this::fetchImage, EmulatorFinder.Policy.DEFAULT_IMAGE));
    }

    private Path fetchImage(String image, Platform host, Path into) throws IOException {
        try {
            Reference name = Reference.parse(image).withDefaultTag();
            Descriptor pulled = images().pull(name, List.of(host), BuildListener.silent());
            images().export(pulled.digest(), new Output.LocalFiles(into), BuildListener.silent());
            return into;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while fetching " + image);
        }
    }

    Masker masker() {
        return masker;
    }

    EmbeddedBuilder builder() {
        if (builder == null) {
            try {
                builder = EmbeddedBuilder.open(
                        locations.cache(),
                        registryClient(),
                        masker,
                        new EmbeddedBuilder.Settings(
                                0,
                                environment.get("RUNNER_SANDBOX"),
                                handedOver(),
                                registryOptions.layerLimits(environment)),
                        new GitSources(new Checkout()));
            } catch (IOException e) {
                throw new UncheckedIOException("cannot open the store in " + locations.cache(), e);
            }
        }
        return builder;
    }

    Engine engine() {
        return builder().engine();
    }

    Images images() {
        return builder().images();
    }

    LocalImages localImages() {
        return builder().localImages();
    }

    Containers containers() {
        return builder().containers();
    }

    /** Containers that live on while others use them; those that a command starts end with the toolbox. */
    synchronized JobContainers jobContainers() {
        if (jobContainers == null) {
            jobContainers = builder().jobContainers(containers(locations));
        }
        return jobContainers;
    }

    private GcConfig policy() {
        return collection.isEmpty() ? GcConfig.read(locations.configFile()) : GcConfig.parse(collection);
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        if (jobContainers != null) {
            jobContainers.close();
        }
        if (builder != null) {
            boolean collect = builder.isTimeToCollect();
            builder.close();
            if (collect && policy().enabled()) {
                BackgroundCollection.start(environment, collection);
            }
        }
        if (registryClient != null) {
            registryClient.close();
        }
        if (processes != null) {
            processes.close();
        }
    }
}
