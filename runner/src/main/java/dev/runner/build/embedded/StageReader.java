package dev.runner.build.embedded;

import dev.runner.build.BuildArguments;
import dev.runner.build.GitAddress;
import dev.runner.build.NetworkMode;
import dev.runner.build.embedded.Vertex.Command;
import dev.runner.build.embedded.Vertex.Copy;
import dev.runner.build.embedded.Vertex.Files;
import dev.runner.build.embedded.Vertex.Isolation;
import dev.runner.build.embedded.Vertex.MountFrom;
import dev.runner.build.embedded.Vertex.Where;
import dev.runner.dockerfile.CommandLine;
import dev.runner.dockerfile.Heredoc;
import dev.runner.dockerfile.Instruction;
import dev.runner.dockerfile.Mount;
import dev.runner.dockerfile.PredefinedArguments;
import dev.runner.dockerfile.Transfer;
import dev.runner.oci.Digest;
import dev.runner.oci.ImageConfig.Healthcheck;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the instructions of one stage for one platform: keeps its image's config and history, and makes the vertices of
 * those that change files. Runs nothing.
 *
 * <p>Variables are those of the image and, over them in the order of the text, those of ARG and ENV.
 */
final class StageReader {
    private final ImageInProgress image;
    private final BuildArguments arguments;
    private final Surroundings surroundings;
    private final Map<String, String> variables = new LinkedHashMap<>();
    private final Map<String, @Nullable String> declared = new LinkedHashMap<>();
    private final boolean noCache;
    private final Isolation isolation;
    private boolean commandSet;

    StageReader(
            ImageInProgress image,
            BuildArguments arguments,
            @Nullable StageReader base,
            Surroundings surroundings,
            boolean noCache,
            Isolation isolation) {
        this.image = image;
        this.arguments = arguments;
        this.surroundings = surroundings;
        this.noCache = noCache;
        this.isolation = isolation;
        if (base != null) {
            variables.putAll(base.variables);
            declared.putAll(base.declared);
        }
        // What ENV said in the stage below is said again: it wins over an ARG that came after it there.
        image.env.forEach(pair -> {
            int equals = pair.indexOf('=');
            set(equals < 0 ? pair : pair.substring(0, equals), equals < 0 ? "" : pair.substring(equals + 1));
        });
    }

    /** What was set last stands last, as BuildKit has it in a process's environment. */
    private void set(String name, String value) {
        variables.remove(name);
        variables.put(name, value);
    }

    /** What a stage needs to know of the rest of the build. */
    interface Surroundings {
        /** The build context. */
        Files context() throws IOException;

        /** What {@code --from} names. */
        Files from(String name, Instruction instruction) throws IOException, InterruptedException;

        /** Where the next vertex stands. */
        Where next(Instruction instruction);
    }

    ImageInProgress image() {
        return image;
    }

    void read(Instruction written) throws IOException, InterruptedException {
        Instruction instruction = written instanceof Instruction.Arg ? written : written.expand(variables::get);
        switch (instruction) {
            case Instruction.From from -> throw new IllegalStateException("FROM begins a stage");
            case Instruction.Arg arg -> arg(arg);
            case Instruction.Env env -> env(env);
            case Instruction.Label label -> label(label);
            case Instruction.Run run -> run(run);
            case Instruction.Copy copy -> copy(copy);
            case Instruction.Add add -> add(add);
            case Instruction.Workdir workdir -> workdir(workdir);
            case Instruction.User user -> {
                image.user = user.user();
                image.commit("USER " + user.user(), false);
            }
            case Instruction.Cmd cmd -> cmd(cmd);
            case Instruction.Entrypoint entrypoint -> entrypoint(entrypoint);
            case Instruction.Expose expose -> {
                List<String> ports = expose.exposedPorts();
                image.ports.addAll(ports);
                image.commit("EXPOSE " + GoText.plain(ports), false);
            }
            case Instruction.Volume volume -> {
                image.volumes.addAll(volume.paths());
                image.commit("VOLUME " + GoText.plain(volume.paths()), false);
            }
            case Instruction.StopSignal signal -> {
                StopSignals.check(signal.signal());
                image.stopSignal = signal.signal();
                image.commit("STOPSIGNAL " + signal.signal(), false);
            }
            case Instruction.Healthcheck healthcheck -> healthcheck(healthcheck);
            case Instruction.Shell shell -> {
                image.shell = shell.arguments();
                image.commit("SHELL " + GoText.plain(shell.arguments()), false);
            }
            case Instruction.Onbuild onbuild -> image.onBuild.add(onbuild.expression());
            case Instruction.Maintainer maintainer -> {
                image.author = maintainer.maintainer();
                image.commit("MAINTAINER " + maintainer.maintainer(), false);
            }
        }
    }

    private void arg(Instruction.Arg arg) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < arg.arguments().size(); i++) {
            Instruction.Arg.Argument argument = arg.arguments().get(i);
            String name = argument.name();
            String value = arguments.given().get(name);
            if (value == null && argument.value() != null) {
                value = arg.expand(variables::get).arguments().get(i).value();
            } else if (value == null) {
                value = arguments.global().get(name);
            }
            if (value != null && !PredefinedArguments.SBOM_SCANS.contains(name)) {
                set(name, value);
            }
            declared.put(name, value);
            texts.add(value == null ? name : name + "=" + value);
        }
        image.commit("ARG " + String.join(" ", texts), false);
    }

    /** What an ARG in force gives, one from before the first FROM included; null when none says. */
    @Nullable
    String declared(String name) {
        String own = declared.get(name);
        return own == null ? arguments.global().get(name) : own;
    }

    private void env(Instruction.Env env) {
        StringBuilder text = new StringBuilder("ENV");
        for (Instruction.Pair pair : env.pairs()) {
            set(pair.key(), pair.value());
            image.setEnv(pair.key(), pair.value());
            text.append(' ').append(pair.key()).append('=').append(pair.value());
        }
        image.commit(text.toString(), false);
    }

    private void label(Instruction.Label label) {
        StringBuilder text = new StringBuilder("LABEL");
        for (Instruction.Pair pair : label.pairs()) {
            image.labels.put(pair.key(), pair.value());
            text.append(' ').append(pair.key()).append('=').append(pair.value());
        }
        image.commit(text.toString(), false);
    }

    private void run(Instruction.Run run) throws IOException, InterruptedException {
        List<MountFrom> mounts = new ArrayList<>();
        for (Mount mount : run.mounts()) {
            checkTarget(mount);
            mounts.add(new MountFrom(isolation.own(mount), mountFiles(mount, run)));
        }
        Heredoc script = run.command() instanceof CommandLine.Shell shell ? shell.executable() : null;
        List<String> words = words(run.command());
        NetworkMode network = switch (run.network()) {
            case null -> isolation.network();
            case DEFAULT -> isolation.network();
            case NONE -> NetworkMode.NONE;
            case HOST -> NetworkMode.HOST;
        };
        Command command = new Command(
                words,
                script,
                new LinkedHashMap<>(variables),
                Set.copyOf(declared.keySet()),
                arguments.proxies(),
                image.directory,
                image.user);
        Isolation here = new Isolation(
                network,
                run.network() != null && run.network() != Instruction.Run.Network.DEFAULT,
                run.security() == Instruction.Run.Security.INSECURE,
                isolation.extraHosts(),
                isolation.limits(),
                isolation.surroundings());
        Vertex vertex = new Vertex.Run(surroundings.next(run), image.state, noCache, command, here, mounts);
        image.state = image.state.then(vertex);
        image.commit("RUN " + declaredPrefix() + String.join(" ", words) + " # buildkit", true);
    }

    private void checkTarget(Mount mount) {
        String target = switch (mount) {
            case Mount.Bind bind -> bind.target();
            case Mount.Cache cache -> cache.target();
            case Mount.Tmpfs tmpfs -> tmpfs.target();
            case Mount.Secret _, Mount.Ssh _ -> null;
        };
        if (target != null && absolute(target).equals("/")) {
            throw new IllegalArgumentException("invalid mount target \"/\": name a place below the root");
        }
    }

    private String absolute(String path) {
        return ImageInProgress.absolute(image.directory.isEmpty() ? "/" : image.directory, path);
    }

    private @Nullable Files mountFiles(Mount mount, Instruction instruction) throws IOException, InterruptedException {
        return switch (mount) {
            case Mount.Bind bind ->
                bind.from() == null ? surroundings.context() : surroundings.from(bind.from(), instruction);
            case Mount.Cache cache -> cache.from() == null ? null : surroundings.from(cache.from(), instruction);
            case Mount.Tmpfs tmpfs -> null;
            case Mount.Secret secret -> null;
            case Mount.Ssh ssh -> null;
        };
    }

    private List<String> words(CommandLine line) {
        return switch (line) {
            case CommandLine.Exec exec -> exec.arguments();
            case CommandLine.Shell shell -> {
                List<String> words = new ArrayList<>(image.shellOrDefault());
                words.add(shell.script());
                yield words;
            }
        };
    }

    /** {@code |2 A=1 B=2 }: every ARG in force, as history shows it. */
    private String declaredPrefix() {
        if (declared.isEmpty()) {
            return "";
        }
        StringBuilder text = new StringBuilder("|").append(declared.size());
        declared.forEach((name, value) -> {
            String inForce = variables.getOrDefault(name, value == null ? "" : value);
            text.append(' ').append(name).append('=').append(inForce);
        });
        return text.append(' ').toString();
    }

    private void copy(Instruction.Copy copy) throws IOException, InterruptedException {
        Files files = copy.from() == null ? surroundings.context() : surroundings.from(copy.from(), copy);
        Transfer transfer = copy.transfer();
        if (transfer.sources().stream().anyMatch(Downloads::isAddress)) {
            throw new IllegalArgumentException("COPY takes no address: write ADD");
        }
        Copy.Options options = options(transfer, copy.parents(), new Copy.Unpack(false, false), Copy.Remote.ANY);
        transfer("COPY", copy, files, transfer, options);
    }

    private void add(Instruction.Add add) throws IOException, InterruptedException {
        boolean local = add.unpack() == null || add.unpack();
        boolean remote = add.unpack() != null && add.unpack();
        List<String> sources = add.transfer().sources();
        boolean git = sources.stream().anyMatch(GitAddress::isGit);
        if (remote && git) {
            throw new IllegalArgumentException("--unpack is for archives, and a git repository is none");
        }
        if (add.keepGitDir() != null && !git) {
            throw new IllegalArgumentException("--keep-git-dir needs a git repository as source");
        }
        sources.stream().filter(GitAddress::isGit).forEach(GitAddress::parse);
        Copy.Remote fetched = new Copy.Remote(add.checksum(), add.keepGitDir());
        Copy.Options options = options(add.transfer(), false, new Copy.Unpack(local, remote), fetched);
        transfer("ADD", add, surroundings.context(), add.transfer(), options);
    }

    private static Copy.Options options(Transfer transfer, boolean parents, Copy.Unpack unpack, Copy.Remote remote) {
        Transfer.Options flags = transfer.options();
        if (flags.chmod() != null) {
            ModeChange.parse(flags.chmod());
        }
        if (remote.checksum() != null) {
            String source = transfer.sources().getFirst();
            if (transfer.sources().size() != 1 || !Downloads.isRemote(source)) {
                throw new IllegalArgumentException("--checksum needs one source, and that an address");
            }
            if (GitAddress.isGit(source)) {
                GitAddress.parse(source).withChecksum(remote.checksum());
            } else {
                Digest.parse(remote.checksum());
            }
        }
        return new Copy.Options(flags.chown(), flags.chmod(), flags.link(), parents, flags.excludes(), unpack, remote);
    }

    private void transfer(
            String keyword, Instruction instruction, Files files, Transfer transfer, Copy.Options options) {
        String destination = destination(transfer.destination());
        Vertex vertex = new Copy(
                surroundings.next(instruction),
                image.state,
                noCache,
                files,
                transfer.sources(),
                transfer.files(),
                destination,
                options);
        image.state = image.state.then(vertex);
        StringBuilder text = new StringBuilder(keyword);
        text.append(options.parents() ? " --parents" : "");
        text.append(options.chown() == null ? "" : " --chown=" + options.chown());
        text.append(options.chmod() == null ? "" : " --chmod=" + options.chmod());
        transfer.sources().forEach(source -> text.append(' ').append(GitAddress.redacted(source)));
        transfer.files().forEach(file -> text.append(" <<").append(file.name()));
        image.commit(text.append(' ').append(transfer.destination()) + " # buildkit", true);
    }

    /** Absolute; a slash at the end is kept, and {@code .} has one. */
    private String destination(String path) {
        boolean folder = path.isEmpty() || path.endsWith("/") || path.equals(".") || path.endsWith("/.");
        String absolute = absolute(path);
        return folder && !absolute.equals("/") ? absolute + "/" : absolute;
    }

    private void workdir(Instruction.Workdir workdir) {
        // An absolute path stays as it is written, as with BuildKit; it is cleaned where it becomes a folder.
        String path = workdir.path().startsWith("/") ? workdir.path() : absolute(workdir.path());
        image.directory = path;
        boolean layer = !path.equals("/");
        Where where = surroundings.next(workdir);
        if (layer) {
            image.state = image.state.then(new Vertex.Workdir(where, image.state, noCache, path, image.user));
        }
        image.commit("WORKDIR " + path, layer);
    }

    private void cmd(Instruction.Cmd cmd) {
        List<String> words = words(cmd.command());
        image.command = words.isEmpty() ? null : words;
        image.argsEscaped = true;
        commandSet = true;
        image.commit("CMD " + GoText.quoted(words), false);
    }

    private void entrypoint(Instruction.Entrypoint entrypoint) {
        List<String> words = words(entrypoint.command());
        image.entrypoint = words.isEmpty() ? null : words;
        if (!commandSet) {
            image.command = null;
        }
        image.commit("ENTRYPOINT " + GoText.quoted(words), false);
    }

    private void healthcheck(Instruction.Healthcheck healthcheck) {
        Instruction.Healthcheck.Probe probe = healthcheck.probe();
        if (probe == null) {
            image.healthcheck = new Healthcheck(List.of("NONE"), 0, 0, 0, 0, 0);
            image.commit("HEALTHCHECK " + GoText.healthcheck(image.healthcheck), false);
            return;
        }
        List<String> test = new ArrayList<>();
        switch (probe.command()) {
            case CommandLine.Shell shell -> {
                test.add("CMD-SHELL");
                test.add(shell.text());
            }
            case CommandLine.Exec exec -> {
                test.add("CMD");
                test.addAll(exec.arguments());
            }
        }
        image.healthcheck = new Healthcheck(
                test,
                probe.interval().toNanos(),
                probe.timeout().toNanos(),
                probe.startPeriod().toNanos(),
                probe.startInterval().toNanos(),
                probe.retries());
        image.commit("HEALTHCHECK " + GoText.healthcheck(image.healthcheck), false);
    }
}
