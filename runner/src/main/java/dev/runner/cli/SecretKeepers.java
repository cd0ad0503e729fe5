package dev.runner.cli;

import dev.runner.secret.Secret;
import dev.runner.secret.Secrets;
import java.io.Console;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Who keeps secrets on this machine besides files and variables: the system's keyring, where they are under
 * {@code service runner name NAME} ({@code secret-tool store --label=NAME service runner name NAME}); GitHub's own command
 * line for its token; and the person at the terminal. The last two are asked only for what {@code --secret} names: a
 * token of one's own is not handed to actions unasked.
 */
final class SecretKeepers {
    private static final Set<String> TOKENS = Set.of("GITHUB_TOKEN", "GH_TOKEN");
    private static final int PATIENCE_SECONDS = 10;

    private final Map<String, String> environment;

    SecretKeepers(Map<String, String> environment) {
        this.environment = environment;
    }

    /** Of these, those that the keyring has. */
    Secrets kept(Collection<String> names) {
        List<Secret> found = new ArrayList<>();
        if (!names.isEmpty() && has("secret-tool")) {
            for (String name : names) {
                String value = keyring(name);
                if (value != null) {
                    found.add(Secret.of(name, value));
                }
            }
        }
        return Secrets.of(found);
    }

    /** One that a flag names and the environment lacks; null when nobody has it. */
    @Nullable
    String asked(String name) {
        String value = has("secret-tool") ? keyring(name) : null;
        if (value == null && TOKENS.contains(name) && has("gh")) {
            value = answer(List.of("gh", "auth", "token"));
        }
        return value == null ? prompted(name) : value;
    }

    private @Nullable String keyring(String name) {
        return answer(List.of("secret-tool", "lookup", "service", "runner", "name", name));
    }

    private static @Nullable String prompted(String name) {
        Console console = System.console();
        if (console == null || !console.isTerminal()) {
            return null;
        }
        char[] typed = console.readPassword("secret %s: ", name);
        return typed == null || typed.length == 0 ? null : new String(typed);
    }

    private boolean has(String program) {
        return found(program) != null;
    }

    /** What a program prints, without the last line break; null when it fails or takes too long. */
    private @Nullable String answer(List<String> command) {
        String program = found(command.getFirst());
        if (program == null) {
            return null;
        }
        List<String> words = new ArrayList<>(command);
        words.set(0, program);
        ProcessBuilder builder = new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().clear();
        builder.environment().putAll(environment);
        builder.redirectInput(Path.of("/dev/null").toFile());
        try {
            Process process = builder.start();
            try {
                if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                    return null;
                }
                String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                String value = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
                return value.isEmpty() ? null : value;
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    /** Looked for in the {@code PATH} of the environment that was given; null when it is not there. */
    private @Nullable String found(String program) {
        for (String folder : environment.getOrDefault("PATH", "").split(":")) {
            if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, program))) {
                return Path.of(folder, program).toString();
            }
        }
        return null;
    }
}
