package dev.runner.differential;

import dev.runner.cli.Main;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One of the two that are compared. */
sealed interface ImageBuilder {
    /**
     * Builds a case into the tar of an OCI layout.
     *
     * @return the exit code and what was said
     */
    Commands.Outcome build(PreparedCase prepared, Path destination) throws IOException, InterruptedException;

    private static List<String> arguments(PreparedCase prepared, Path destination) {
        boolean rewrite = prepared.source().times().epoch() != null
                && prepared.source().times().rewrite();
        List<String> arguments = new ArrayList<>(prepared.flags());
        arguments.add("--output=type=oci,dest=" + destination + (rewrite ? ",rewrite-timestamp=true" : ""));
        arguments.add("--progress=plain");
        // Neither cache looks at times: an equal file of another case would come with that one's time.
        arguments.add("--no-cache");
        arguments.add(prepared.context().toString());
        return arguments;
    }

    /** BuildKit in a Docker Engine, through Buildx. */
    record BuildKit(Peers peers) implements ImageBuilder {
        @Override
        public Commands.Outcome build(PreparedCase prepared, Path destination)
                throws IOException, InterruptedException {
            List<String> command = new ArrayList<>(List.of(peers.docker(), "buildx", "build", "--provenance=false"));
            command.addAll(arguments(prepared, destination));
            List<String> environment = new ArrayList<>(peers.environment());
            environment.addAll(prepared.environment());
            return Commands.attempt(prepared.context(), environment, command);
        }
    }

    /** The embedded engine, through the command line, in this process. */
    record Embedded(Path home) implements ImageBuilder {
        @Override
        public Commands.Outcome build(PreparedCase prepared, Path destination) {
            List<String> arguments = new ArrayList<>(List.of("build"));
            arguments.addAll(arguments(prepared, destination));
            Map<String, String> environment = new HashMap<>(System.getenv());
            environment.remove("SOURCE_DATE_EPOCH");
            for (String name : List.of("CONFIG", "DATA", "CACHE", "STATE", "RUNTIME")) {
                String variable = name.equals("RUNTIME") ? "XDG_RUNTIME_DIR" : "XDG_" + name + "_HOME";
                environment.put(variable, home.resolve(name).toString());
            }
            environment.put("DOCKER_CONFIG", home.resolve("docker").toString());
            for (String each : prepared.environment()) {
                int equals = each.indexOf('=');
                environment.put(each.substring(0, equals), each.substring(equals + 1));
            }
            StringWriter said = new StringWriter();
            PrintWriter writer = new PrintWriter(said);
            int code = Main.run(arguments, environment, new ByteArrayInputStream(new byte[0]), writer, writer);
            writer.flush();
            return new Commands.Outcome(code, said.toString());
        }
    }
}
