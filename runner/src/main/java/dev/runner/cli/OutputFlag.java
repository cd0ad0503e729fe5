package dev.runner.cli;

import dev.runner.build.Output;
import dev.runner.build.OutputAttributes;
import dev.runner.oci.Reference;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One {@code --output}: {@code type=…,dest=…}, a folder, or {@code -} for a tar on standard output.
 *
 * @param attributes what it says of the image itself
 */
record OutputFlag(List<Output> outputs, OutputAttributes attributes) {
    private static final List<String> TYPES =
            List.of("image", "registry", "oci", "docker", "local", "tar", "cacheonly");

    static OutputFlag parse(String text, List<Reference> tags) {
        if (text.equals("-")) {
            return new OutputFlag(List.of(new Output.TarFiles(sink("-"))), OutputAttributes.parse(Map.of()));
        }
        if (!text.contains("=")) {
            return new OutputFlag(List.of(new Output.LocalFiles(Path.of(text))), OutputAttributes.parse(Map.of()));
        }
        Map<String, String> fields = Arguments.fields(text);
        try {
            OutputAttributes attributes = OutputAttributes.parse(fields);
            return new OutputFlag(outputs(fields, text, names(fields, tags)), attributes);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--output " + text + ": " + e.getMessage());
        }
    }

    private static List<Reference> names(Map<String, String> fields, List<Reference> tags) {
        List<Reference> names = new ArrayList<>(tags);
        for (String name : fields.getOrDefault("name", "").split(",")) {
            if (!name.isEmpty()) {
                names.add(Arguments.reference(name));
            }
        }
        return names;
    }

    private static List<Output> outputs(Map<String, String> fields, String text, List<Reference> names) {
        String type = fields.getOrDefault("type", "");
        return switch (type) {
            case "image" -> image(fields, names);
            case "cacheonly" -> List.of();
            case "registry" -> List.of(push(fields, names));
            case "oci" ->
                List.of(
                        OutputAttributes.flag(fields, "tar", true)
                                ? new Output.OciArchive(sink(destination(fields, text)), names)
                                : new Output.OciFolder(Path.of(destination(fields, text)), names));
            case "docker" ->
                List.of(
                        fields.containsKey("dest")
                                ? new Output.DockerArchive(sink(destination(fields, text)), names)
                                : new Output.DockerLoad(names));
            case "local" -> List.of(new Output.LocalFiles(Path.of(destination(fields, text))));
            case "tar" -> List.of(new Output.TarFiles(sink(fields.getOrDefault("dest", "-"))));
            default ->
                throw new UsageException("the output type '" + type + "' is not one of " + String.join(", ", TYPES));
        };
    }

    private static List<Output> image(Map<String, String> fields, List<Reference> names) {
        List<Output> outputs = new ArrayList<>();
        boolean byDigest = OutputAttributes.flag(fields, "push-by-digest", false);
        if (!names.isEmpty() && !byDigest) {
            outputs.add(new Output.Store(names));
        }
        if (OutputAttributes.flag(fields, "push", false)) {
            outputs.add(push(fields, names));
        }
        return outputs;
    }

    private static Output push(Map<String, String> fields, List<Reference> names) {
        if (names.isEmpty()) {
            throw new UsageException("a push needs a name: -t NAME:TAG, or name=… in the output");
        }
        return OutputAttributes.flag(fields, "push-by-digest", false)
                ? new Output.PushByDigest(names)
                : new Output.Push(names);
    }

    private static String destination(Map<String, String> fields, String text) {
        String destination = fields.getOrDefault("dest", "");
        if (destination.isEmpty()) {
            throw new UsageException("--output " + text + " lacks dest=…");
        }
        return destination;
    }

    /** Standard output as bytes, not as the text stream that messages go through. */
    private static Output.Sink sink(String destination) {
        return destination.equals("-")
                ? new Output.Sink.Stream(new FileOutputStream(FileDescriptor.out))
                : new Output.Sink.File(Path.of(destination));
    }
}
