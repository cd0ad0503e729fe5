package dev.runner.build;

import dev.runner.oci.Reference;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One {@code --output}: {@code type=…,dest=…}, a folder, or {@code -} for a tar on standard output.
 *
 * @param outputs where the image goes
 * @param attributes what it says of the image itself
 * @see <a href="https://docs.docker.com/reference/cli/docker/buildx/build/#output">docker buildx build, output</a>
 */
public record OutputOption(List<Output> outputs, OutputAttributes attributes) {
    /** What {@code type=} may be. */
    public static final List<String> TYPES = List.of("image", "registry", "oci", "docker", "local", "tar", "cacheonly");

    public OutputOption {
        outputs = List.copyOf(outputs);
    }

    /**
     * What an output is relative to.
     *
     * @param tags the names of the build, which every output gets besides those of its own
     * @param base of relative paths
     * @param standardOutput what {@code -} is; null where there is none
     */
    public record Surroundings(
            List<Reference> tags, Path base, @Nullable OutputStream standardOutput) {
        public Surroundings {
            tags = List.copyOf(tags);
        }
    }

    /**
     * Reads one output.
     *
     * @throws IllegalArgumentException with a message for people
     */
    public static OutputOption parse(String text, Surroundings surroundings) {
        try {
            return text.equals("-") || !text.contains("=")
                    ? new OutputOption(List.of(bare(text, surroundings)), OutputAttributes.parse(Map.of()))
                    : new Reader(CommaFields.parse(text), surroundings).read();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the output '" + text + "': " + e.getMessage(), e);
        }
    }

    private static Output bare(String text, Surroundings surroundings) {
        return text.equals("-")
                ? new Output.TarFiles(sink(text, surroundings))
                : new Output.LocalFiles(surroundings.base().resolve(text));
    }

    private static Output.Sink sink(String destination, Surroundings surroundings) {
        if (!destination.equals("-")) {
            return new Output.Sink.File(surroundings.base().resolve(destination));
        }
        if (surroundings.standardOutput() == null) {
            throw new IllegalArgumentException("a step has no standard output to write to: add dest=FILE");
        }
        return new Output.Sink.Stream(surroundings.standardOutput());
    }

    /** Reads the keys of one output. */
    private record Reader(Map<String, String> fields, Surroundings surroundings) {
        OutputOption read() {
            OutputAttributes attributes = OutputAttributes.parse(fields);
            return new OutputOption(outputs(), attributes);
        }

        private List<Output> outputs() {
            return switch (fields.getOrDefault("type", "")) {
                case "image" -> image();
                // The local store has every result, so there is nothing more to do.
                case "cacheonly" -> List.of();
                case "registry" -> List.of(push());
                case "oci" ->
                    List.of(
                            OutputAttributes.flag(fields, "tar", true)
                                    ? new Output.OciArchive(archive(null), names())
                                    : new Output.OciFolder(folder(), names()));
                case "docker" ->
                    List.of(
                            fields.containsKey("dest")
                                    ? new Output.DockerArchive(archive(null), names())
                                    : new Output.DockerLoad(names()));
                case "local" -> List.of(new Output.LocalFiles(folder()));
                case "tar" -> List.of(new Output.TarFiles(archive("-")));
                case "" -> throw new IllegalArgumentException("it has no type: begin with type=" + TYPES.getFirst());
                default ->
                    throw new IllegalArgumentException(
                            "the type '" + fields.get("type") + "' is not one of " + String.join(", ", TYPES));
            };
        }

        private List<Reference> names() {
            List<Reference> names = new ArrayList<>(surroundings.tags());
            for (String name : fields.getOrDefault("name", "").split(",")) {
                if (!name.isEmpty()) {
                    names.add(Reference.parse(name));
                }
            }
            return names.stream().distinct().toList();
        }

        private List<Output> image() {
            List<Output> outputs = new ArrayList<>();
            if (!names().isEmpty() && !byDigest()) {
                outputs.add(new Output.Store(names()));
            }
            if (OutputAttributes.flag(fields, "push", false)) {
                outputs.add(push());
            }
            return outputs;
        }

        private boolean byDigest() {
            return OutputAttributes.flag(fields, "push-by-digest", false);
        }

        private Output push() {
            if (names().isEmpty()) {
                throw new IllegalArgumentException("a push needs a name: a tag of the build, or name=… here");
            }
            return byDigest() ? new Output.PushByDigest(names()) : new Output.Push(names());
        }

        private Path folder() {
            String destination = destination(null);
            if (destination.equals("-")) {
                throw new IllegalArgumentException("a folder cannot be written to standard output: add dest=FOLDER");
            }
            return surroundings.base().resolve(destination);
        }

        private Output.Sink archive(@Nullable String otherwise) {
            return sink(destination(otherwise), surroundings);
        }

        private String destination(@Nullable String otherwise) {
            String destination = fields.getOrDefault("dest", "");
            if (!destination.isEmpty()) {
                return destination;
            }
            if (otherwise == null) {
                throw new IllegalArgumentException("it lacks dest=…");
            }
            return otherwise;
        }
    }
}
