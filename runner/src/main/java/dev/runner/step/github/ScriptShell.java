package dev.runner.step.github;

import dev.runner.source.NearNames;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The command that runs a script.
 *
 * @param program its name
 * @param arguments as one text; <code>{0}</code> stands for the script's file
 * @see <a
 *     href="https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell">The
 *     table of shells</a>
 */
record ScriptShell(String program, String arguments) {
    static final List<String> NAMES = List.of("bash", "pwsh", "python", "sh", "cmd", "powershell");

    /**
     * The shell of that name or command line.
     *
     * @param written null for bash without {@code pipefail} where there is one, else sh
     * @throws ActionFailedException in GitHub's words when it has no place for the script
     */
    static ScriptShell of(@Nullable String written, StepPlace place) {
        if (written == null || written.isBlank()) {
            return new ScriptShell(place.has("bash") ? "bash" : "sh", "-e {0}");
        }
        String line = written.strip();
        int space = line.indexOf(' ');
        String program = space < 0 ? line : line.substring(0, space);
        String arguments = space < 0 ? "" : line.substring(space + 1).strip();
        if (arguments.isEmpty()) {
            arguments = standard(program);
        }
        if (!arguments.contains("{0}")) {
            String near = NearNames.nearest(line, NAMES);
            throw ActionFailedException.badInput(
                    "Invalid shell option. Shell must be a valid built-in (bash, sh, cmd, powershell, pwsh) or a format"
                            + " string containing '{0}'",
                    near == null
                            ? "write " + String.join(", ", NAMES.subList(0, 4))
                                    + ", or a command with {0} where the script's file goes"
                            : "'" + line + "': did you mean '" + near + "'?");
        }
        return new ScriptShell(program, arguments);
    }

    private static String standard(String program) {
        return switch (program) {
            case "bash" -> "--noprofile --norc -e -o pipefail {0}";
            case "sh" -> "-e {0}";
            case "python" -> "{0}";
            case "pwsh", "powershell" -> "-command \". '{0}'\"";
            case "cmd" -> "/D /E:ON /V:OFF /S /C \"CALL \"{0}\"\"";
            default -> "";
        };
    }

    /** Of the script's file. */
    String extension() {
        return switch (program) {
            case "bash", "sh" -> ".sh";
            case "python" -> ".py";
            case "pwsh", "powershell" -> ".ps1";
            case "cmd" -> ".cmd";
            default -> "";
        };
    }

    /** The script as it is written to the file. */
    String script(String written) {
        return switch (program) {
            case "cmd" -> "@echo off\n" + written;
            case "pwsh", "powershell" ->
                "$ErrorActionPreference = 'stop'\n" + written
                        + "\nif ((Test-Path -LiteralPath variable:\\LASTEXITCODE)) { exit $LASTEXITCODE }";
            default -> written;
        };
    }

    /** The command for a script's file. */
    List<String> command(String script, StepPlace place) {
        List<String> command = new ArrayList<>();
        boolean renamed = program.equals("python") && !place.has("python") && place.has("python3");
        command.add(renamed ? "python3" : program);
        words(arguments)
                .forEach(word -> command.add(
                        word.replace("{0}", script).replace("{{", "{").replace("}}", "}")));
        return command;
    }

    /** Words as .NET cuts an argument line: only double quotes keep blanks together, a backslash escapes them. */
    static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean quoted = false;
        boolean any = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length() && text.charAt(i + 1) == '"') {
                word.append('"');
                i++;
                any = true;
            } else if (c == '"') {
                quoted = !quoted;
                any = true;
            } else if (!quoted && (c == ' ' || c == '\t' || c == '\n')) {
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
        if (any) {
            words.add(word.toString());
        }
        return words;
    }

    /** What people see of it. */
    String shown() {
        return program + " " + arguments;
    }

    /** A name for the script's file that no other has. */
    static Path file(Path folder, String extension) {
        return folder.resolve(java.util.UUID.randomUUID() + extension);
    }
}
