package dev.runner.step.action.docker;

import dev.runner.source.YamlNode;
import dev.runner.step.action.input.ListInput;
import dev.runner.step.github.ActionContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * A node of a builder, as {@code docker/setup-buildx-action} describes it.
 *
 * @param name empty for Buildx to choose
 * @param endpoint empty for the current engine
 * @param flags of the daemon; empty for none
 * @see <a href="https://docs.docker.com/build/ci/github-actions/configure-builder/">Docker's docs, Configuring your GitHub
 *     Actions builder</a>
 */
record BuilderNode(String name, String endpoint, List<String> options, String flags, List<String> platforms) {
    /** Parts of the variables that hold a node's certificates, and the driver's options that name their files. */
    private static final List<String> CERTIFICATES = List.of("cacert", "cert", "key");

    static BuilderNode of(YamlNode.Mapping fields) {
        return new BuilderNode(
                YamlInput.text(fields, "name"),
                YamlInput.text(fields, "endpoint"),
                YamlInput.texts(fields, "driver-opts").stream()
                        .flatMap(option -> ListInput.plain(option).stream())
                        .toList(),
                YamlInput.text(fields, "buildkitd-flags"),
                ListInput.words(String.join(",", YamlInput.texts(fields, "platforms"))));
    }

    /** Its words for {@code docker buildx create}. */
    List<String> words(int index, ActionContext context) throws IOException {
        boolean remote = context.inputs().get("driver").equals("remote");
        List<String> words = new ArrayList<>();
        ForeignBuilder.text("--node=", name, words);
        options.forEach(option -> words.add("--driver-opt=" + option));
        if (remote && endpoint.startsWith("tcp://")) {
            for (String part : CERTIFICATES) {
                words.addAll(certificate(index, part, context));
            }
        }
        if (!remote) {
            ForeignBuilder.text("--buildkitd-flags=", flags, words);
        }
        platforms.forEach(platform -> words.add("--platform=" + platform));
        ForeignBuilder.text("", endpoint, words);
        return words;
    }

    /** Kept beside the builders: it is read whenever the node is asked. */
    private static List<String> certificate(int index, String part, ActionContext context) throws IOException {
        String variable = "BUILDER_NODE_" + index + "_AUTH_TLS_" + part.toUpperCase(java.util.Locale.ROOT);
        String text = context.environment().getOrDefault(variable, "");
        if (text.isEmpty()) {
            return List.of();
        }
        Path folder = Files.createDirectories(
                context.tools().services().dockerConfig().resolve("buildx/certs"));
        Path file = Files.createTempFile(
                folder,
                part + "-",
                ".pem",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, text);
        return List.of("--driver-opt=" + part + "=" + file);
    }
}
