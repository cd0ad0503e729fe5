package dev.runner.cli.docker;

import dev.runner.build.CommaFields;
import dev.runner.oci.Platform;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** {@code docker build} and {@code docker buildx build}. */
final class BuildCommands {
    private static final List<String> VALUES = List.of(
            "add-host",
            "allow",
            "annotation",
            "attest",
            "build-arg",
            "build-context",
            "cache-from",
            "cache-to",
            "call",
            "file",
            "iidfile",
            "label",
            "metadata-file",
            "network",
            "no-cache-filter",
            "output",
            "platform",
            "provenance",
            "sbom",
            "secret",
            "ssh",
            "tag",
            "target",
            "shm-size",
            "ulimit",
            "memory");
    private static final List<String> SWITCHES = List.of("check", "load", "no-cache", "pull", "push", "quiet");

    private BuildCommands() {}

    static Command build(String path) {
        boolean buildx = path.startsWith("buildx");
        Command command = Command.of(
                        "buildx build", "[OPTIONS] PATH | URL | -", "Start a build", call -> build(call, buildx))
                .words(1)
                .value("add-host", "strings", "Add a custom host-to-IP mapping (format: \"host:ip\")")
                .value("allow", "stringArray", "Allow extra privileged entitlement (e.g., \"network.host\")")
                .value("annotation", "stringArray", "Add annotation to the image")
                .value("attest", "stringArray", "Attestation parameters (format: \"type=sbom,generator=image\")")
                .value("build-arg", "stringArray", "Set build-time variables")
                .value("build-context", "stringArray", "Additional build contexts (e.g., name=path)")
                .value("builder", "string", "Override the configured builder instance")
                .value("cache-from", "stringArray", "External cache sources (e.g., \"user/app:cache\")")
                .value("cache-to", "stringArray", "Cache export destinations (e.g., \"user/app:cache\")")
                .value("call", "string", "Set method for evaluating build (\"check\", \"outline\", \"targets\")")
                .value("cgroup-parent", "string", "")
                .flag("check", "Shorthand for \"--call=check\"")
                .flag('D', "debug", "Enable debug logging")
                .value('f', "file", "string", "Name of the Dockerfile (default: \"PATH/Dockerfile\")")
                .value("iidfile", "string", "Write the image ID to a file")
                .value("label", "stringArray", "Set metadata for an image")
                .flag("load", "Shorthand for \"--output=type=docker\"")
                .value('m', "memory", "bytes", "Memory limit of RUN instructions")
                .value("metadata-file", "string", "Write build result metadata to a file")
                .value("network", "string", "Set the networking mode for the \"RUN\" instructions during build")
                .flag("no-cache", "Do not use cache when building the image")
                .value("no-cache-filter", "stringArray", "Do not cache specified stages")
                .value('o', "output", "stringArray", "Output destination (format: \"type=local,dest=path\")")
                .value("platform", "stringArray", "Set target platform for build")
                .value("progress", "string", "Set type of progress output (\"auto\", \"none\", \"plain\", \"quiet\",");
        return more(command);
    }

    private static Command more(Command command) {
        command.value("provenance", "string", "Shorthand for \"--attest=type=provenance\"")
                .flag("pull", "Always attempt to pull all referenced images")
                .flag("push", "Shorthand for \"--output=type=registry\"")
                .flag('q', "quiet", "Suppress the build output and print image ID on success")
                .value("sbom", "string", "Shorthand for \"--attest=type=sbom\"")
                .value(
                        "secret",
                        "stringArray",
                        "Secret to expose to the build (format: \"id=mysecret[,src=/local/secret]\")")
                .value("shm-size", "bytes", "Shared memory size for build containers")
                .value("ssh", "stringArray", "SSH agent socket or keys to expose to the build")
                .value('t', "tag", "stringArray", "Name and optionally a tag (format: \"name:tag\")")
                .value("target", "string", "Set the target build stage to build")
                .value("ulimit", "ulimit", "Ulimit options (default [])");
        // What the old builder had and Buildx takes without an effect.
        for (String ignored : List.of("compress", "force-rm", "rm", "squash", "disable-content-trust")) {
            command.flag(ignored, "");
        }
        for (String ignored : List.of(
                "cpu-period", "cpu-quota", "cpuset-cpus", "cpuset-mems", "isolation", "memory-swap", "security-opt")) {
            command.value(ignored, "string", "");
        }
        return command.value('c', "cpu-shares", "int", "");
    }

    private static int build(Call call, boolean buildx) throws IOException, InterruptedException {
        Builders builders = Builders.of(call.around());
        // As Docker does, 'docker build' means the builder of the engine, whatever 'docker buildx use' has chosen.
        String asked = call.text("builder", call.around().environment().getOrDefault("BUILDX_BUILDER", ""));
        Builder builder = asked.isEmpty() && !buildx ? Builder.DEFAULT : builders.choose(asked);
        Set<String> platforms = platforms(call);
        boolean loads = call.on("load") || call.all("output").stream().anyMatch(BuildCommands::isLoad);
        boolean elsewhere = call.on("push") || call.all("output").stream().anyMatch(output -> !isLoad(output));
        if (platforms.size() > 1 && builder.isDefault() && (loads || !elsewhere)) {
            throw DockerFailure.ofBuildx("failed to build: Multi-platform build is not supported for the docker driver."
                    + "\nSwitch to a different driver, or turn on the containerd image store, and try again."
                    + "\nLearn more at https://docs.docker.com/go/build-multi-platform/");
        }
        if (platforms.size() > 1 && loads) {
            throw DockerFailure.ofBuildx(
                    "failed to build: docker exporter does not currently support exporting manifest lists");
        }
        if (!builder.isDefault()) {
            builders.used(builder);
        }
        boolean image = call.text("call", "build").equals("build") && !call.on("check");
        if (!builder.isDefault() && !loads && !elsewhere && image) {
            call.tell("WARNING: No output specified with " + builder.driver()
                    + " driver. Build result will only remain in the build cache. To push result image into registry"
                    + " use --push or to load image into docker use --load");
        }
        if (!call.on("quiet") && image && !call.text("progress", "").equals("rawjson")) {
            call.tell("#0 building with \"" + builder.name() + "\" instance using " + builder.driver() + " driver");
        }
        Instant started = Instant.now();
        int code = call.around()
                .build(new DockerBuild(
                        words(call, platforms),
                        loads || builder.isDefault(),
                        builder.gc().text(),
                        builder.registries(),
                        builder.isElsewhere() ? builder.name() : null));
        BuildHistory.of(call.around()).add(builder.name(), name(call), code == 0, started);
        return code;
    }

    /** What records of builds call it: the folder, and the target if one is named. */
    private static String name(Call call) {
        String context = call.word(0);
        boolean folder = !context.equals("-") && !context.contains("://");
        Path name = folder ? Path.of(context).toAbsolutePath().normalize().getFileName() : null;
        String target = call.text("target", "");
        return (name == null ? context : name.toString()) + (target.isEmpty() ? "" : " (" + target + ")");
    }

    private static Set<String> platforms(Call call) {
        Set<String> all = new LinkedHashSet<>();
        for (String given : call.all("platform")) {
            for (String one : given.split(",")) {
                String text = one.strip();
                if (!text.isEmpty()) {
                    all.add(
                            text.equals("local")
                                    ? Platform.host().toString()
                                    : String.valueOf(TransferCommands.platform(text)));
                }
            }
        }
        String byDefault = call.around().environment().getOrDefault("DOCKER_DEFAULT_PLATFORM", "");
        if (all.isEmpty() && !byDefault.isEmpty()) {
            all.add(byDefault);
        }
        return all;
    }

    /** Whether an output means the images of this machine. */
    private static boolean isLoad(String output) {
        if (!output.contains("=")) {
            return false;
        }
        var fields = CommaFields.parse(output);
        return fields.getOrDefault("type", "").equals("docker") && !fields.containsKey("dest");
    }

    /** The call as the program's own build command takes it. */
    private static List<String> words(Call call, Set<String> platforms) {
        List<String> words = new ArrayList<>();
        for (String name : VALUES) {
            if (!name.equals("platform")) {
                call.all(name).forEach(value -> words.add("--" + name + "=" + value));
            }
        }
        platforms.forEach(platform -> words.add("--platform=" + platform));
        SWITCHES.stream().filter(call::on).forEach(name -> words.add("--" + name));
        String progress = call.text("progress");
        if (progress != null) {
            words.add("--progress=" + (progress.equals("none") ? "quiet" : progress));
        }
        words.add("--");
        words.add(call.word(0));
        return words;
    }
}
