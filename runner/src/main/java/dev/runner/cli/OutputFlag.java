package dev.runner.cli;

import dev.runner.build.Output;
import dev.runner.oci.Reference;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One {@code --output}: {@code type=…,dest=…}, a folder, or {@code -} for a tar on standard output. */
final class OutputFlag {
    private static final List<String> TYPES = List.of("image", "registry", "oci", "docker", "local", "tar");

    private OutputFlag() {}

    static List<Output> parse(String text, List<Reference> tags) {
        if (text.equals("-")) {
            return List.of(new Output.TarFiles(sink("-")));
        }
        if (!text.contains("=")) {
            return List.of(new Output.LocalFiles(Path.of(text)));
        }
        Map<String, String> fields = Arguments.fields(text);
        List<Reference> names = new ArrayList<>(tags);
        for (String name : fields.getOrDefault("name", "").split(",")) {
            if (!name.isEmpty()) {
                names.add(Arguments.reference(name));
            }
        }
        String type = fields.getOrDefault("type", "");
        return switch (type) {
            case "image" -> image(fields, names);
            case "registry" -> List.of(push(names));
            case "oci" ->
                List.of(
                        fields.getOrDefault("tar", "true").equals("false")
                                ? new Output.OciFolder(Path.of(destination(fields, text)), names)
                                : new Output.OciArchive(sink(destination(fields, text)), names));
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
        if (!names.isEmpty()) {
            outputs.add(new Output.Store(names));
        }
        if (fields.getOrDefault("push", "false").equals("true")) {
            outputs.add(push(names));
        }
        return outputs;
    }

    private static Output push(List<Reference> names) {
        if (names.isEmpty()) {
            throw new UsageException("a push needs a name: -t NAME:TAG, or name=… in the output");
        }
        return new Output.Push(names);
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
