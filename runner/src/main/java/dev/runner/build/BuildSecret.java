package dev.runner.build;

import dev.runner.secret.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What {@code RUN --mount=type=secret,id=…} shows to a step. */
public sealed interface BuildSecret {
    /** What the Dockerfile calls it. */
    String id();

    /**
     * The token for a git repository's host: the secret {@code GIT_AUTH_TOKEN.HOST}, else {@code GIT_AUTH_TOKEN}.
     *
     * @return null for none
     * @throws IOException when its file cannot be read
     * @see <a href="https://docs.docker.com/build/building/secrets/#git-authentication-for-remote-contexts">Docker's
     *     docs, Git authentication for remote contexts</a>
     */
    static @Nullable Secret gitToken(GitAddress address, List<BuildSecret> secrets) throws IOException {
        for (String id : List.of("GIT_AUTH_TOKEN." + address.host(), "GIT_AUTH_TOKEN")) {
            for (BuildSecret secret : secrets) {
                if (secret.id().equals(id)) {
                    return switch (secret) {
                        case Value(String _, Secret value) -> value;
                        case File(String _, Path path) ->
                            Secret.of(id, Files.readString(path).strip());
                    };
                }
            }
        }
        return null;
    }

    /** A value in memory. */
    record Value(String id, Secret value) implements BuildSecret {}

    /** A file's content, read when a step asks for it. */
    record File(String id, Path path) implements BuildSecret {}

    /**
     * Reads {@code id=npm,src=.npmrc} and {@code id=token,env=TOKEN}. As with Buildx an id alone is a variable's name, or
     * a file's where there is no such variable.
     *
     * @param base what a relative file is relative to
     * @throws IllegalArgumentException with a message for people
     * @see <a href="https://docs.docker.com/reference/cli/docker/buildx/build/#secret">docker buildx build, secret</a>
     */
    static BuildSecret parse(String text, Path base, Map<String, String> environment) {
        Map<String, String> fields = CommaFields.parse(text);
        CommaFields.known("the secret " + text, fields, Set.of("id", "src", "source", "env", "type"));
        String type = fields.getOrDefault("type", "");
        if (!Set.of("", "file", "env").contains(type)) {
            throw new IllegalArgumentException("the secret '" + text + "' is of type file or env, not '" + type + "'");
        }
        String source = fields.getOrDefault("src", fields.getOrDefault("source", ""));
        String variable = fields.getOrDefault("env", type.equals("env") ? source : "");
        String id = fields.getOrDefault("id", "");
        if (id.isEmpty()) {
            throw new IllegalArgumentException(
                    "the secret '" + text + "' has no id: write id=NAME[,src=FILE|,env=VARIABLE]");
        }
        boolean bare = source.isEmpty() && variable.isEmpty();
        if (!variable.isEmpty() || bare && environment.containsKey(id)) {
            return value(id, bare ? id : variable, environment);
        }
        Path file = base.resolve(bare ? id : source);
        if (bare && !Files.exists(file)) {
            throw new IllegalArgumentException("the secret '" + id + "': the variable " + id
                    + " is not set, and there is" + " no such file: add src=FILE or env=VARIABLE");
        }
        return new File(id, file);
    }

    private static BuildSecret value(String id, String variable, Map<String, String> environment) {
        String value = environment.get(variable);
        if (value == null) {
            throw new IllegalArgumentException("the secret '" + id + "': the variable " + variable + " is not set");
        }
        return new Value(id, Secret.of(id, value));
    }
}
