package dev.runner.step.github;

import dev.runner.schedule.RunEvent.Annotation;
import dev.runner.schedule.StepOutput;
import dev.runner.schedule.StepOutput.Stream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Obeys the workflow commands of one step. A fault of a command is an error with GitHub's words and fails the step, though
 * its process goes on. Safe for the two streams of a process.
 */
final class CommandHandler {
    private static final Set<String> NAMES = Set.of(
            "stop-commands",
            "set-env",
            "set-output",
            "save-state",
            "add-mask",
            "add-path",
            "add-matcher",
            "remove-matcher",
            "debug",
            "warning",
            "error",
            "notice",
            "group",
            "endgroup",
            "echo");
    /** Their echo would tell what shall not be told, or tell it twice. */
    private static final Set<String> SILENT = Set.of("add-mask", "debug", "warning", "error", "notice");

    private static final String UNSECURE = "ACTIONS_ALLOW_UNSECURE_COMMANDS";
    private static final String UNSECURE_TOKENS = "ACTIONS_ALLOW_UNSECURE_STOPCOMMAND_TOKENS";

    private final Frame frame;
    private final StepOutput output;
    private boolean echo;
    private @Nullable String stopped;

    CommandHandler(Frame frame) {
        this.frame = frame;
        this.output = frame.step().output();
        this.echo = frame.job().debugging();
    }

    /** What a command that makes no sense says. */
    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }

    /** Whether the line was a command, and so is no output. */
    synchronized boolean obey(String line) {
        WorkflowCommand command = WorkflowCommand.parse(line, this::isKnown);
        if (command == null) {
            return false;
        }
        if (stopped != null) {
            if (!command.name().equalsIgnoreCase(stopped)) {
                return false;
            }
            stopped = null;
            output.line(Stream.STDOUT, line);
            return true;
        }
        String name = command.name().toLowerCase(Locale.ROOT);
        if (echo && !SILENT.contains(name) && !name.equals("stop-commands")) {
            output.line(Stream.STDOUT, line);
        }
        try {
            obey(name, command);
        } catch (Refused | IOException e) {
            String shown = SILENT.contains(name) ? name : line;
            error("Unable to process command '" + shown + "' successfully.");
            error(String.valueOf(e.getMessage()));
            frame.trace().fail();
        }
        return true;
    }

    private boolean isKnown(String name) {
        return NAMES.contains(name.toLowerCase(Locale.ROOT)) || name.equalsIgnoreCase(stopped);
    }

    private void obey(String name, WorkflowCommand command) throws Refused, IOException {
        switch (name) {
            case "stop-commands" -> stop(command.data());
            case "set-env" -> setEnv(command);
            case "add-path" -> addPath(command);
            case "set-output" -> {
                frame.trace().output(need(command, "name"), command.data());
                deprecated(name);
            }
            case "save-state" -> {
                frame.trace().save(need(command, "name"), command.data());
                deprecated(name);
            }
            case "add-mask" -> mask(command.data());
            case "add-matcher" -> addMatchers(command.data());
            case "remove-matcher" -> removeMatchers(command);
            case "debug" -> frame.job().debug(output, command.data());
            case "warning" -> annotate(Annotation.Level.WARNING, command);
            case "error" -> annotate(Annotation.Level.ERROR, command);
            case "notice" -> annotate(Annotation.Level.NOTICE, command);
            case "group" -> output.line(Stream.STDOUT, GithubJob.GROUP + command.data());
            case "endgroup" -> {}
            case "echo" -> echo(command.data());
            default -> throw new Refused("Can't find command extension for ##[" + name + ".command].");
        }
    }

    private void stop(String token) throws Refused {
        boolean bad = token.isBlank()
                || token.equalsIgnoreCase("pause-logging")
                || NAMES.contains(token.toLowerCase(Locale.ROOT));
        if (bad && !allowed(UNSECURE_TOKENS)) {
            throw new Refused(
                    "You cannot use a endToken that is an empty string, the string 'pause-logging', or another"
                            + " workflow command. For more information see:"
                            + " https://docs.github.com/actions/learn-github-actions/workflow-commands-for-github-actions#example-stopping-and-starting-workflow-commands"
                            + " or opt into insecure command"
                            + " execution"
                            + " by setting"
                            + " the `" + UNSECURE_TOKENS + "` environment variable to `true`.");
        }
        stopped = token;
        output.line(Stream.STDOUT, "::stop-commands::" + token);
    }

    private boolean allowed(String variable) {
        return frame.variables().getOrDefault(variable, "").equalsIgnoreCase("true");
    }

    private void checkSecure(String name) throws Refused {
        if (!allowed(UNSECURE)) {
            throw new Refused(
                    "The `" + name + "` command is disabled. Please upgrade to using Environment Files or opt"
                            + " into unsecure command execution by setting the `" + UNSECURE
                            + "` environment variable to `true`. For more information see:"
                            + " https://github.blog/changelog/2020-10-01-github-actions-deprecating-set-env-and-add-path-commands/");
        }
    }

    private void setEnv(WorkflowCommand command) throws Refused {
        checkSecure("set-env");
        String name = need(command, "name");
        if (name.equalsIgnoreCase("NODE_OPTIONS")) {
            error("Can't update NODE_OPTIONS environment variable using ::set-env:: command.");
            return;
        }
        frame.handover().variable(name, command.data());
    }

    private void addPath(WorkflowCommand command) throws Refused {
        checkSecure("add-path");
        if (command.data().isEmpty()) {
            throw new Refused("Value cannot be null or empty. (Parameter 'path')");
        }
        frame.handover().folder(command.data());
    }

    private static String need(WorkflowCommand command, String property) throws Refused {
        String value = command.property(property);
        if (value.isEmpty()) {
            throw new Refused("Required field '" + property + "' is missing in ##[" + command.name() + "] command.");
        }
        return value;
    }

    private void deprecated(String name) {
        frame.job()
                .warnOnce(
                        output,
                        "The `" + name + "` command is deprecated and will be disabled soon. Please upgrade to using"
                                + " Environment Files. For more information see:"
                                + " https://github.blog/changelog/2022-10-11-github-actions-deprecating-save-state-and-set-output-commands/");
    }

    private void mask(String value) {
        if (value.isBlank()) {
            warning("Can't add secret mask for empty string in ##[add-mask] command.");
            return;
        }
        frame.step().mask(value);
        if (echo) {
            output.line(Stream.STDOUT, "::add-mask::***");
        }
    }

    private void addMatchers(String file) throws IOException {
        if (file.isEmpty()) {
            warning("File path must be specified.");
            return;
        }
        frame.job().matchers().add(ProblemMatcher.read(file(file)));
    }

    private void removeMatchers(WorkflowCommand command) throws IOException {
        String owner = command.property("owner");
        if (owner.isEmpty() == command.data().isEmpty()) {
            warning(
                    owner.isEmpty()
                            ? "Either an owner name or a file path must be specified in ##[remove-matcher] command."
                            : "Either specify an owner name or a file path in ##[remove-matcher] command. Both values"
                                    + " cannot be set.");
        } else if (!owner.isEmpty()) {
            frame.job().matchers().remove(owner);
        } else {
            for (ProblemMatcher matcher : ProblemMatcher.read(file(command.data()))) {
                frame.job().matchers().remove(matcher.owner());
            }
        }
    }

    private Path file(String written) {
        Path file = Path.of(written);
        return file.isAbsolute()
                ? frame.job().place().outside(file)
                : frame.step().workspace().resolve(file);
    }

    private void echo(String value) throws Refused {
        echo = switch (value.strip().toLowerCase(Locale.ROOT)) {
            case "on" -> true;
            case "off" -> false;
            default ->
                throw new Refused("Invalid echo command value. Possible values can be: 'on', 'off'. Current value is: '"
                        + value + "'.");
        };
    }

    private void annotate(Annotation.Level level, WorkflowCommand command) {
        output.annotate(level, command.data(), place(command.properties()));
    }

    /** GitHub's rules: no end without a start, no columns over several lines, no end before the start. */
    private Annotation.@Nullable Place place(Map<String, String> properties) {
        if (properties.isEmpty()) {
            return null;
        }
        int line = number(properties, "line");
        int endLine = number(properties, "endLine");
        int column = number(properties, "col");
        int endColumn = number(properties, "endColumn");
        line = line == 0 ? endLine : line;
        column = column == 0 ? endColumn : column;
        if (line == 0 || endLine != 0 && endLine != line || endColumn != 0 && endColumn < column) {
            column = 0;
            endColumn = 0;
        }
        if (endLine != 0 && endLine < line) {
            line = 0;
            endLine = 0;
        }
        String file = properties.getOrDefault("file", "");
        String title = properties.getOrDefault("title", "");
        return new Annotation.Place(
                title.isEmpty() ? null : title,
                file.isEmpty() ? null : relative(file),
                line,
                column,
                endLine,
                endColumn);
    }

    private String relative(String written) {
        Path workspace = frame.step().workspace();
        Path file = Path.of(written);
        Path here = file.isAbsolute() ? frame.job().place().outside(file).normalize() : file;
        return here.startsWith(workspace) ? workspace.relativize(here).toString() : written;
    }

    private static int number(Map<String, String> properties, String name) {
        String text = properties.getOrDefault(name, "");
        return text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : 0;
    }

    private void warning(String message) {
        output.annotate(Annotation.Level.WARNING, message, null);
    }

    private void error(String message) {
        output.annotate(Annotation.Level.ERROR, message, null);
    }
}
