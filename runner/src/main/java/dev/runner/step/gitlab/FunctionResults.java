package dev.runner.step.gitlab;

import dev.runner.expression.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** The files through which a command returns outputs and exports variables: a JSON object with name and value a line. */
final class FunctionResults {
    private final Path outputs;
    private final Path exports;
    private final Function<Path, String> seen;

    /** @param seen the path of a file as the command sees it */
    FunctionResults(Path folder, Function<Path, String> seen) throws IOException {
        this.outputs = file(folder, "output-");
        this.exports = file(folder, "export-");
        this.seen = seen;
    }

    /** Whoever the command is writes there; the folder around it is the job's alone. */
    private static Path file(Path folder, String prefix) throws IOException {
        Path file = Files.createTempFile(folder, prefix, "");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        return file;
    }

    Map<String, Value> names() {
        return Map.of(
                "output_file", Value.of(seen.apply(outputs)),
                "export_file", Value.of(seen.apply(exports)));
    }

    Map<String, Value> outputs() throws IOException, FunctionFault {
        return read(outputs);
    }

    Map<String, Value> exported() throws IOException, FunctionFault {
        return read(exports);
    }

    private static Map<String, Value> read(Path file) throws IOException, FunctionFault {
        Map<String, Value> all = new LinkedHashMap<>();
        for (String line : Files.readString(file).lines().toList()) {
            if (line.isBlank()) {
                continue;
            }
            try {
                if (!(Value.fromJson(line) instanceof Value.Obj entry)
                        || !(entry.get("name") instanceof Value.Str(String name))
                        || entry.get("value") == null) {
                    throw new IllegalArgumentException("no name and value");
                }
                all.put(name, entry.entries().getOrDefault("value", Value.NULL));
            } catch (IllegalArgumentException e) {
                throw FunctionFault.of(
                        "a line of a function's output or export file cannot be read: " + line,
                        "write {\"name\": \"NAME\", \"value\": VALUE}");
            }
        }
        return all;
    }
}
