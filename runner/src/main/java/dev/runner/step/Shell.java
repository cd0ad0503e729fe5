package dev.runner.step;

import dev.runner.source.NearNames;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a script is run.
 *
 * @param words of the command; <code>{0}</code> in them stands for the script's file
 * @param extension of the file
 * @param before put before the script
 * @param after put behind it
 */
record Shell(List<String> words, String extension, String before, String after) {
    private static final List<String> NAMES = List.of("bash", "sh", "python", "pwsh");

    Shell {
        words = List.copyOf(words);
    }

    /**
     * The shell of that name or command line.
     *
     * @param written null for bash where there is one, else sh
     */
    static Shell of(@Nullable String written, Map<String, String> environment) {
        String name = written == null ? (has("bash", environment) ? "bash" : "sh") : written.strip();
        return switch (name) {
            case "bash" -> plain(".sh", "bash", "--noprofile", "--norc", "-eo", "pipefail", "{0}");
            case "sh" -> plain(".sh", "sh", "-e", "{0}");
            case "python" -> plain(".py", has("python", environment) ? "python" : "python3", "{0}");
            case "pwsh" ->
                new Shell(
                        List.of("pwsh", "-NoLogo", "-NoProfile", "-NonInteractive", "-Command", ". '{0}'"),
                        ".ps1",
                        "$ErrorActionPreference = 'stop'\n",
                        "\nif ((Test-Path -LiteralPath variable:\\LASTEXITCODE)) { exit $LASTEXITCODE }\n");
            default -> custom(name);
        };
    }

    private static Shell plain(String extension, String... words) {
        return new Shell(List.of(words), extension, "", "");
    }

    private static Shell custom(String template) {
        List<String> words = split(template);
        if (words.stream().noneMatch(word -> word.contains("{0}"))) {
            String near = NearNames.nearest(template, NAMES);
            throw new BadStepException(
                    "unknown shell '" + template + "'",
                    near == null
                            ? "write bash, sh, python, pwsh, or a command with {0} where the script's file goes"
                            : "did you mean '" + near + "'?");
        }
        return new Shell(words, ".sh", "", "");
    }

    /** Words separated by blanks; quotes keep blanks together. */
    private static List<String> split(String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean any = false;
        char quote = 0;
        for (char c : text.toCharArray()) {
            if (quote != 0) {
                if (c == quote) {
                    quote = 0;
                } else {
                    word.append(c);
                }
            } else if (c == '"' || c == '\'') {
                quote = c;
                any = true;
            } else if (Character.isWhitespace(c)) {
                if (any) {
                    words.add(word.toString());
                }
                word.setLength(0);
                any = false;
            } else {
                word.append(c);
                any = true;
            }
        }
        if (quote != 0) {
            throw new BadStepException("the shell '" + text + "' has a quote without its end", null);
        }
        if (any) {
            words.add(word.toString());
        }
        return words;
    }

    /** The command for a script's file. */
    List<String> command(Path script) {
        return words.stream()
                .map(word -> word.replace("{0}", script.toString()))
                .toList();
    }

    private static boolean has(String program, Map<String, String> environment) {
        for (String folder : environment.getOrDefault("PATH", "/usr/bin:/bin").split(":")) {
            if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, program))) {
                return true;
            }
        }
        return false;
    }
}
