package dev.runner.secret;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Where the secrets of a run come from. What is nearer to the command counts: {@code --secret} before
 * {@code --secret-file} before the environment.
 *
 * @param environment the variables of the process
 * @param options as given to {@code --secret}: {@code NAME} (taken from the environment) or {@code NAME=@file}
 * @param files as given to {@code --secret-file}, in dotenv syntax; of two files the later counts
 * @param directory what relative paths are relative to
 */
public record SecretSources(Map<String, String> environment, List<String> options, List<Path> files, Path directory) {
    public SecretSources {
        environment = Map.copyOf(environment);
        options = List.copyOf(options);
        files = List.copyOf(files);
    }

    /**
     * Reads the secrets: all that options and files name, and of the environment only the wanted names. A wanted name
     * that is nowhere is not an error here: ask {@link Secrets#missing}, and say so where the name is written.
     *
     * @throws InvalidSecretsException with all problems: an option of another shape, a file that cannot be read, a line
     *     that is not dotenv
     */
    public Secrets load(Collection<String> wanted) {
        throw new UnsupportedOperationException(wanted.toString());
    }
}
