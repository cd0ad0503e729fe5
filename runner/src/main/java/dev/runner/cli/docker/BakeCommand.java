package dev.runner.cli.docker;

import java.util.ArrayList;
import java.util.List;

/** {@code docker buildx bake}: the program's own bake command with Docker's flags. */
final class BakeCommand {
    private static final List<String> VALUES =
            List.of("allow", "call", "file", "list", "metadata-file", "progress", "provenance", "sbom", "set");
    private static final List<String> SWITCHES = List.of("check", "no-cache", "print", "pull", "push");

    private BakeCommand() {}

    static Command command() {
        return Command.of("buildx bake", "[OPTIONS] [TARGET...]", "Build from a file", BakeCommand::run)
                .value("allow", "stringArray", "Allow build to access specified resources")
                .value("builder", "string", "Override the configured builder instance")
                .value("call", "string", "Set method for evaluating build (\"check\", \"outline\", \"targets\")")
                .flag("check", "Shorthand for \"--call=check\"")
                .flag('D', "debug", "Enable debug logging")
                .value('f', "file", "stringArray", "Build definition file")
                .value("list", "string", "List targets or variables")
                .flag("load", "Shorthand for \"--set=*.output=type=docker\"")
                .value("metadata-file", "string", "Write build result metadata to a file")
                .flag("no-cache", "Do not use cache when building the image")
                .flag("print", "Print the options without building")
                .value("progress", "string", "Set type of progress output")
                .value("provenance", "string", "Shorthand for \"--set=*.attest=type=provenance\"")
                .flag("pull", "Always attempt to pull all referenced images")
                .flag("push", "Shorthand for \"--set=*.output=type=registry\"")
                .value("sbom", "string", "Shorthand for \"--set=*.attest=type=sbom\"")
                .value("set", "stringArray", "Override target value (e.g., \"targetpattern.key=value\")");
    }

    private static int run(Call call) {
        if (!call.around().has("bake")) {
            throw DockerFailure.ofBuildx("this runner is built without 'runner bake'");
        }
        Builders builders = Builders.of(call.around());
        Builder builder =
                builders.choose(call.text("builder", call.around().environment().getOrDefault("BUILDX_BUILDER", "")));
        if (!builder.isDefault()) {
            builders.used(builder);
        }
        List<String> words = new ArrayList<>(List.of("bake"));
        for (String name : VALUES) {
            call.all(name).forEach(value -> words.add("--" + name + "=" + value));
        }
        // Our store has every result under its names: there is nobody else to load it into.
        SWITCHES.stream().filter(call::on).forEach(name -> words.add("--" + name));
        words.addAll(BuilderRegistries.flags(builder.registries()));
        if (builder.isElsewhere()) {
            words.add("--builder=" + builder.name());
        }
        words.addAll(call.words());
        int code = call.around().run(words);
        return code == 2 || code == 3 ? 1 : code;
    }
}
