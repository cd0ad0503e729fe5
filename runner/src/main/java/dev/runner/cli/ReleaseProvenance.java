package dev.runner.cli;

import dev.runner.oci.Digest;
import dev.runner.oci.JsonTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Says of the archives of a release how they were made, as an in-toto statement with SLSA's provenance;
 * {@code runner/bin/release-documents} starts it.
 *
 * @see <a href="https://slsa.dev/spec/v1.0/provenance">SLSA, Provenance</a>
 */
final class ReleaseProvenance {
    private static final String STATEMENT = "https://in-toto.io/Statement/v1";
    private static final String PREDICATE = "https://slsa.dev/provenance/v1";
    private static final String BUILD_TYPE = "urn:runner:release:v1";

    private ReleaseProvenance() {}

    /** @param arguments the folder of the archives, the version, the repository, its commit, who builds, the file to write */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        List<Path> archives;
        try (Stream<Path> files = Files.list(folder)) {
            archives = files.filter(file -> file.toString().endsWith(".tar.gz")
                            || file.toString().endsWith(".deb"))
                    .sorted()
                    .toList();
        }
        if (archives.isEmpty()) {
            throw new IOException("there are no archives in " + folder);
        }
        Files.writeString(
                Path.of(arguments[5]),
                statement(archives, arguments[1], arguments[2], arguments[3], arguments[4]) + "\n");
    }

    private static String statement(
            List<Path> archives, String version, String repository, String commit, String builder) throws IOException {
        ObjectNode statement = JsonNodeFactory.instance.objectNode();
        statement.put("_type", STATEMENT);
        ArrayNode subjects = statement.putArray("subject");
        for (Path archive : archives) {
            ObjectNode subject = subjects.addObject();
            subject.put("name", String.valueOf(archive.getFileName()));
            subject.putObject("digest")
                    .put("sha256", Digest.of(Files.readAllBytes(archive)).hex());
        }
        statement.put("predicateType", PREDICATE);
        ObjectNode predicate = statement.putObject("predicate");
        ObjectNode definition = predicate.putObject("buildDefinition");
        definition.put("buildType", BUILD_TYPE);
        definition
                .putObject("externalParameters")
                .put("command", "runner/bin/dist")
                .put("version", version)
                .put("source", repository);
        definition
                .putObject("internalParameters")
                .put("java", Runtime.version().toString())
                .put("os", System.getProperty("os.name") + "/" + System.getProperty("os.arch"));
        ObjectNode source = definition.putArray("resolvedDependencies").addObject();
        source.put("uri", "git+" + repository + "@" + commit);
        source.putObject("digest").put("gitCommit", commit);
        ObjectNode details = predicate.putObject("runDetails");
        details.putObject("builder").put("id", builder);
        details.putObject("metadata").put("finishedOn", Instant.now().toString());
        return JsonTree.text(statement);
    }
}
