package dev.runner.step;

import dev.runner.build.Output;
import dev.runner.build.OutputAttributes;
import dev.runner.oci.Reference;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads {@code type=oci,dest=image.tar} and its like, as {@code docker buildx build --output} takes them.
 *
 * @see <a href="https://docs.docker.com/reference/cli/docker/buildx/build/#output">docker buildx build, output</a>
 */
public final class OutputOptions {
    private OutputOptions() {}

    /**
     * The output.
     *
     * @param tags the names of the build, for outputs that give none of their own
     * @param base what a relative path is relative to
     * @throws IllegalArgumentException with a message for people
     */
    public static Output parse(String text, List<Reference> tags, Path base) {
        if (!text.contains("=")) {
            return new Output.LocalFiles(base.resolve(text));
        }
        Map<String, String> parts = parts(text);
        OutputAttributes.parse(parts);
        return output(parts, names(parts, tags), text, base);
    }

    /** What an output says of the image itself. */
    static OutputAttributes attributes(String text) {
        return OutputAttributes.parse(text.contains("=") ? parts(text) : Map.of());
    }

    private static Map<String, String> parts(String text) {
        Map<String, String> parts = new LinkedHashMap<>();
        for (String part : text.split(",")) {
            int equals = part.indexOf('=');
            if (equals <= 0) {
                throw new IllegalArgumentException("'" + part + "' in the output '" + text + "' is not KEY=VALUE");
            }
            parts.put(
                    part.substring(0, equals).strip(),
                    part.substring(equals + 1).strip());
        }
        return parts;
    }

    private static Output output(Map<String, String> parts, List<Reference> names, String text, Path base) {
        return switch (parts.getOrDefault("type", "")) {
            case "local" -> new Output.LocalFiles(destination(parts, text, base));
            case "tar" -> new Output.TarFiles(file(parts, text, base));
            case "oci" ->
                parts.getOrDefault("tar", "true").equals("false")
                        ? new Output.OciFolder(destination(parts, text, base), names)
                        : new Output.OciArchive(file(parts, text, base), names);
            case "docker" ->
                parts.containsKey("dest")
                        ? new Output.DockerArchive(file(parts, text, base), names)
                        : new Output.DockerLoad(names);
            case "image" ->
                OutputAttributes.flag(parts, "push", false)
                        ? push(parts, needed(names, text))
                        : new Output.Store(names);
            case "registry" -> push(parts, needed(names, text));
            // The local store has every result, so there is nothing more to do.
            case "cacheonly" -> new Output.Store(List.of());
            default ->
                throw new IllegalArgumentException("the output '" + text
                        + "' has a type that is not one of: local, tar, oci, docker, image, registry, cacheonly");
        };
    }

    private static Output push(Map<String, String> parts, List<Reference> names) {
        return OutputAttributes.flag(parts, "push-by-digest", false)
                ? new Output.PushByDigest(names)
                : new Output.Push(names);
    }

    private static List<Reference> names(Map<String, String> parts, List<Reference> tags) {
        String name = parts.getOrDefault("name", "");
        return name.isEmpty() ? tags : List.of(Reference.parse(name));
    }

    private static List<Reference> needed(List<Reference> names, String text) {
        if (names.isEmpty()) {
            throw new IllegalArgumentException("the output '" + text + "' needs a name: add name=REFERENCE");
        }
        return names;
    }

    private static Path destination(Map<String, String> parts, String text, Path base) {
        String path = parts.getOrDefault("dest", "");
        if (path.isEmpty() || path.equals("-")) {
            throw new IllegalArgumentException("the output '" + text + "' lacks dest=PATH");
        }
        return base.resolve(path);
    }

    private static Output.Sink file(Map<String, String> parts, String text, Path base) {
        return new Output.Sink.File(destination(parts, text, base));
    }
}
