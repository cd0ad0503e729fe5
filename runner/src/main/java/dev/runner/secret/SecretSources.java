package dev.runner.secret;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

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
    static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final int MAX_BYTES = 1024 * 1024;

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
        Map<String, Secret> found = new LinkedHashMap<>();
        List<SecretProblem> problems = new ArrayList<>();
        wanted.forEach(name -> keep(name, environment.get(name), found));
        for (Path file : files) {
            String text = read("--secret-file " + file, file, problems);
            if (text != null) {
                Dotenv.read(file.toString(), text, problems).forEach((name, value) -> keep(name, value, found));
            }
        }
        options.forEach(option -> load(option, found, problems));
        if (!problems.isEmpty()) {
            throw new InvalidSecretsException(problems);
        }
        return Secrets.of(found.values());
    }

    private static void keep(String name, @Nullable String value, Map<String, Secret> found) {
        if (value != null) {
            found.put(name, Secret.of(name, value));
        }
    }

    private void load(String option, Map<String, Secret> found, List<SecretProblem> problems) {
        int equals = option.indexOf('=');
        String name = equals < 0 ? option : option.substring(0, equals);
        String where = "--secret " + name;
        if (!NAME.matcher(name).matches()) {
            // What stands there may be a value that was given by mistake, so it is not shown.
            problems.add(new SecretProblem(
                    "--secret",
                    "a secret's name has letters, digits and underscores, and does not begin with a digit",
                    "write --secret NAME or --secret NAME=@file"));
        } else if (equals < 0) {
            String value = environment.get(name);
            if (value == null) {
                String remedy = "export " + name + ", or write --secret " + name + "=@file";
                problems.add(new SecretProblem(where, "the environment has no variable '" + name + "'", remedy));
            }
            keep(name, value, found);
        } else if (option.startsWith("@", equals + 1) && option.length() > equals + 2) {
            String value = read(where, Path.of(option.substring(equals + 2)), problems);
            keep(name, value == null ? null : withoutLastLineBreak(value), found);
        } else {
            problems.add(new SecretProblem(
                    where,
                    "a value on the command line can be seen by every user of the machine",
                    "write --secret " + name + " and export the variable, or --secret " + name + "=@file"));
        }
    }

    private @Nullable String read(String where, Path file, List<SecretProblem> problems) {
        Path path = directory.resolve(file);
        try {
            if (Files.size(path) > MAX_BYTES) {
                problems.add(new SecretProblem(where, "the file is larger than 1 MiB", "give a smaller file"));
                return null;
            }
            return Files.readString(path);
        } catch (NoSuchFileException _) {
            problems.add(new SecretProblem(where, "there is no file " + path, "mend the path, or create the file"));
        } catch (CharacterCodingException _) {
            problems.add(new SecretProblem(
                    where, "the file " + path + " is not UTF-8 text", "encode it, for example with base64"));
        } catch (IOException e) {
            problems.add(new SecretProblem(
                    where, "the file " + path + " cannot be read: " + e.getMessage(), "check its permissions"));
        }
        return null;
    }

    /** Editors and echo end a file with a line break that is no part of the secret. */
    private static String withoutLastLineBreak(String text) {
        String shorter = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        return shorter.endsWith("\r") ? shorter.substring(0, shorter.length() - 1) : shorter;
    }

    /** The shape of it, never a value. */
    @Override
    public String toString() {
        return "SecretSources[" + options.size() + " options, files " + files + "]";
    }
}
