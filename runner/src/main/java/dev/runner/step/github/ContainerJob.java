package dev.runner.step.github;

import dev.runner.build.ContainerFailedException;
import dev.runner.build.container.ContainerMount;
import dev.runner.build.container.ContainerNetwork;
import dev.runner.build.container.ContainerSpec;
import dev.runner.build.container.ContainerState.Health;
import dev.runner.build.container.JobContainers;
import dev.runner.build.container.LogQuery;
import dev.runner.build.container.MountWords;
import dev.runner.build.container.PortMapping;
import dev.runner.build.container.RunningContainer;
import dev.runner.expression.Scope;
import dev.runner.expression.Value;
import dev.runner.oci.Reference;
import dev.runner.pipeline.Container;
import dev.runner.pipeline.Job;
import dev.runner.pipeline.Service;
import dev.runner.registry.Credentials;
import dev.runner.schedule.StepContext;
import dev.runner.schedule.StepOutput.Stream;
import dev.runner.secret.Secret;
import dev.runner.step.BuildProgress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The containers of one job: that of its steps and those of its services, on a network of the job, where they know each
 * other by name. Closing ends them all.
 *
 * @see <a
 *     href="https://docs.github.com/en/actions/how-tos/write-workflows/choose-where-workflows-run/run-jobs-in-a-container">Jobs
 *     in containers</a>
 */
final class ContainerJob implements AutoCloseable {
    /** How long a service may take to be well. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final JobContainers containers;
    private final Layout layout;
    private final String repository;
    private final String network =
            "github_network_" + UUID.randomUUID().toString().replace("-", "");
    private final Map<String, RunningContainer> services = new LinkedHashMap<>();
    private @Nullable RunningContainer own;
    private @Nullable Login login;
    private @Nullable MachineNode node;
    private boolean networked;

    /** @param repository the name of the repository, without its owner */
    ContainerJob(JobContainers containers, Layout layout, String repository) {
        this.containers = containers;
        this.layout = layout;
        this.repository = repository.isEmpty() ? "repository" : repository;
    }

    /**
     * Starts them all, services first, and waits until those that are asked are well.
     *
     * @return where the job's steps run; null for this machine
     * @throws ActionFailedException when one cannot be had or is not well; closing then ends the others
     */
    @Nullable
    ContainerPlace start(Job.Place place, StepContext context) throws IOException, InterruptedException {
        String notes = containers.createNetwork(network);
        networked = true;
        if (!notes.isEmpty()) {
            context.output().line(Stream.INFO, notes);
        }
        for (Service service : place.services()) {
            String image = service.container().image().text(context.scope());
            if (!image.isBlank()) {
                start(service, image, context);
            }
        }
        Container wanted = place.container();
        String image = wanted == null ? "" : wanted.image().text(context.scope());
        ContainerPlace steps = wanted == null || image.isBlank() ? null : steps(wanted, image, context);
        for (Map.Entry<String, RunningContainer> service : services.entrySet()) {
            await(service.getKey(), service.getValue(), context);
        }
        return steps;
    }

    private void start(Service service, String image, StepContext context) throws IOException, InterruptedException {
        context.output().line(Stream.INFO, "Starting " + service.name() + " service container");
        ContainerSpec spec = spec(service.container(), image, context.scope());
        List<String> aliases = new ArrayList<>(List.of(service.name()));
        aliases.addAll(service.aliases());
        ContainerSpec complete = spec.on(network(), aliases.toArray(String[]::new));
        services.put(service.name(), start(complete, service.container(), context));
    }

    private ContainerPlace steps(Container wanted, String image, StepContext context)
            throws IOException, InterruptedException {
        context.output().line(Stream.INFO, "Starting job container");
        Path actions = Files.createDirectories(layout.temporary().resolve("_actions"));
        Map<Path, String> mounts = new LinkedHashMap<>();
        mounts.put(layout.home(), "/github/home");
        mounts.put(layout.workflow(), "/github/workflow");
        mounts.put(actions, "/__w/_actions");
        mounts.put(layout.temporary(), "/__w/_temp");
        mounts.put(layout.tools(), "/__t");
        mounts.put(layout.workspace(), "/__w/" + repository + "/" + repository);
        ContainerSpec spec = spec(wanted, image, context.scope())
                .on(network())
                .withEntrypoint(List.of("tail"))
                .running("-f", "/dev/null");
        Files.createDirectories(layout.tools());
        for (Map.Entry<Path, String> mount : mounts.entrySet()) {
            spec = spec.with(new ContainerMount.Bind(mount.getKey(), mount.getValue(), false));
        }
        for (Map.Entry<Path, String> mount : (node == null ? Map.<Path, String>of() : node.mounts()).entrySet()) {
            spec = spec.with(new ContainerMount.Bind(mount.getKey(), mount.getValue(), true));
        }
        own = start(spec, wanted, context);
        mounts.put(layout.workspace().resolveSibling(""), "/__w/" + repository);
        return new ContainerPlace(own, mounts);
    }

    private ContainerSpec spec(Container wanted, String image, Scope scope) {
        ContainerSpec spec;
        try {
            spec = ContainerSpec.of(Reference.parse(image.strip().replaceFirst("^docker://", ""))
                            .withDefaultTag())
                    .withEnvironment(wanted.env().texts(scope));
            for (String volume : wanted.volumes().texts(scope)) {
                spec = spec.with(MountWords.volume(volume));
            }
            for (String port : wanted.ports().texts(scope)) {
                spec = spec.publishing(port);
            }
        } catch (IllegalArgumentException e) {
            throw ActionFailedException.badInput("container '" + image + "': " + e.getMessage(), null);
        }
        Container.Start start = wanted.start();
        if (start.user() != null) {
            spec = spec.as(start.user().text(scope));
        }
        if (start.entrypoint() != null) {
            spec = spec.withEntrypoint(start.entrypoint().texts(scope));
        }
        if (start.command() != null) {
            spec = spec.running(start.command().texts(scope));
        }
        return ContainerOptions.apply(
                spec, start.options() == null ? "" : start.options().text(scope));
    }

    private RunningContainer start(ContainerSpec spec, Container wanted, StepContext context)
            throws IOException, InterruptedException {
        Container.Account account = wanted.account();
        if (account != null) {
            String user = account.username().text(context.scope());
            String password = account.password().text(context.scope());
            if (!user.isEmpty() && !password.isEmpty()) {
                context.mask(password);
                login(spec.image().name(), user, password);
            }
        }
        try {
            RunningContainer started = containers.start(spec, new BuildProgress(context.output()));
            started.details().notes().forEach(note -> context.output().line(Stream.INFO, note));
            return started;
        } catch (ContainerFailedException e) {
            throw ActionFailedException.failed(spec.image().name().familiar() + ": " + e.getMessage(), null);
        }
    }

    /** Keeps credentials for the run. */
    interface Login {
        void keep(String domain, Credentials.UserPassword credentials) throws IOException;
    }

    ContainerJob withLogin(Login keeper) {
        login = keeper;
        return this;
    }

    /** @param machines what the job's container gets for actions that are programs for Node; null for nothing */
    ContainerJob withNode(@Nullable MachineNode machines) {
        node = machines;
        return this;
    }

    private void login(Reference image, String user, String password) throws IOException {
        if (login != null) {
            login.keep(image.domain(), new Credentials.UserPassword(user, Secret.of("container password", password)));
        }
    }

    private void await(String name, RunningContainer service, StepContext context) throws InterruptedException {
        Health health = service.awaitHealth(PATIENCE);
        if (health == Health.NONE || health == Health.HEALTHY) {
            return;
        }
        logs(name, service, context);
        throw ActionFailedException.failed(
                "Service container " + name + " failed: it is "
                        + (service.state().running() ? "not healthy" : "not running any more"),
                "its log is above; check 'options' of the service");
    }

    /** The network of the job's containers. */
    ContainerNetwork network() {
        return new ContainerNetwork.Named(network);
    }

    /** The contexts {@code job.container} and {@code job.services}. */
    Value job() {
        Map<String, Object> job = new LinkedHashMap<>();
        if (own != null) {
            job.put("container", Map.of("id", own.id(), "network", network));
        }
        Map<String, Object> all = new LinkedHashMap<>();
        services.forEach((name, service) -> {
            Map<String, Object> ports = new LinkedHashMap<>();
            for (PortMapping port : service.details().ports()) {
                ports.put(String.valueOf(port.containerPort()), String.valueOf(port.hostPort()));
            }
            all.put(name, Map.of("id", service.id(), "network", network, "ports", ports));
        });
        job.put("services", all);
        return Value.of(job);
    }

    /** Shows what the services have said, and ends everything. */
    void stop(StepContext context) throws InterruptedException {
        for (Map.Entry<String, RunningContainer> service : services.entrySet()) {
            logs(service.getKey(), service.getValue(), context);
        }
        end();
    }

    private static void logs(String name, RunningContainer service, StepContext context) throws InterruptedException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try {
            service.logs(LogQuery.ALL, text, text);
        } catch (IOException e) {
            text.writeBytes(("cannot read it: " + e.getMessage()).getBytes(StandardCharsets.UTF_8));
        }
        context.output().line(Stream.INFO, "Print service container logs: " + name);
        text.toString(StandardCharsets.UTF_8)
                .lines()
                .forEach(line -> context.output().line(Stream.STDOUT, line));
    }

    private void end() throws InterruptedException {
        List<RunningContainer> all = new ArrayList<>(services.values());
        if (own != null) {
            all.add(own);
        }
        services.clear();
        own = null;
        // Killed, as GitHub's runner does: nothing of them is needed any more.
        for (RunningContainer container : all) {
            container.remove();
        }
        if (networked) {
            networked = false;
            containers.removeNetwork(network);
        }
    }

    @Override
    public void close() throws InterruptedException {
        end();
    }
}
