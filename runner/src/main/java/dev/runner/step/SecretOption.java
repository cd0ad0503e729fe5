package dev.runner.step;

import dev.runner.build.BuildSecret;
import dev.runner.secret.Secret;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Reads {@code id=npm,src=.npmrc} and {@code id=token,env=TOKEN}, as {@code docker build --secret} takes them. */
public final class SecretOption {
    private SecretOption() {}

    /**
     * The secret.
     *
     * @param base what a relative file is relative to
     * @param mask told each value that comes from the environment
     * @throws IllegalArgumentException with a message for people
     */
    public static BuildSecret parse(String text, Path base, Map<String, String> environment, Consumer<String> mask) {
        Map<String, String> parts = new LinkedHashMap<>();
        for (String part : text.split(",")) {
            int equals = part.indexOf('=');
            if (equals <= 0) {
                throw new IllegalArgumentException("'" + part + "' in the secret '" + text
                        + "' is not KEY=VALUE: write id=NAME,src=FILE or id=NAME,env=VARIABLE");
            }
            parts.put(
                    part.substring(0, equals).strip(),
                    part.substring(equals + 1).strip());
        }
        String file = parts.getOrDefault("src", parts.getOrDefault("source", ""));
        String variable = parts.getOrDefault("env", "");
        String id = parts.getOrDefault(
                "id", file.isEmpty() ? variable : Path.of(file).getFileName().toString());
        boolean asFile = !file.isEmpty() && !parts.getOrDefault("type", "file").equals("env");
        if (id.isEmpty()) {
            throw new IllegalArgumentException("the secret '" + text + "' has no id");
        }
        if (asFile) {
            return new BuildSecret.File(id, base.resolve(file));
        }
        // As Docker does: without src and env, the id is a variable's name.
        String name = !variable.isEmpty() ? variable : !file.isEmpty() ? file : id;
        String value = environment.get(name);
        if (value == null) {
            throw new IllegalArgumentException(
                    "the secret '" + text + "' needs the variable " + name + ", which is not set");
        }
        mask.accept(value);
        return new BuildSecret.Value(id, Secret.of(id, value));
    }
}
