package dev.runner.step.action.setup;

import dev.runner.step.github.ActionContext;
import dev.runner.step.github.ActionFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Files that say which version of a tool a project wants. */
final class VersionFile {
    private VersionFile() {}

    /** Its text; a file that is not there is a fault in the words of the published actions. */
    static String read(ActionContext context, String name, String tool) {
        Path file = context.workspace().resolve(name);
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw ActionFailedException.badInput(
                    "The specified " + tool + " version file at: " + file + " does not exist",
                    "put actions/checkout before this step, or check the name");
        }
    }

    /** The first group of a pattern that is found; null when it is not. */
    static @Nullable String find(String text, String pattern) {
        Matcher match = Pattern.compile(pattern, Pattern.MULTILINE).matcher(text);
        return match.find() ? match.group(1) : null;
    }

    static ActionFailedException unreadable(String name, String tool) {
        return ActionFailedException.badInput("no version of " + tool + " can be read from " + name, null);
    }
}
