package dev.runner.dockerfile;

import dev.runner.source.Diagnostic;
import dev.runner.source.InvalidSourceException;
import dev.runner.source.Source;
import dev.runner.source.Span;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a {@code .dockerignore}: a pattern a line; a number sign in the first column makes a comment; a leading slash
 * means nothing; {@code !} takes back.
 *
 * @see <a href="https://docs.docker.com/build/concepts/context/#dockerignore-files">.dockerignore files</a>
 */
public final class IgnoreFile {
    private IgnoreFile() {}

    /** @throws InvalidSourceException with every malformed pattern */
    public static IgnorePatterns parse(Source source) {
        List<String> patterns = new ArrayList<>();
        List<Diagnostic> faults = new ArrayList<>();
        for (int number = 1; number <= source.lineCount(); number++) {
            Span line = source.line(number);
            String text = number == 1 && line.text().startsWith("\uFEFF")
                    ? line.text().substring(1)
                    : line.text();
            if (text.startsWith("#")) {
                continue;
            }
            String pattern = clean(Spaces.trim(text));
            if (pattern.isEmpty()) {
                continue;
            }
            try {
                IgnorePatterns.check(pattern);
                patterns.add(pattern);
            } catch (GoMatch.BadPatternException e) {
                faults.add(Diagnostic.error(line, String.valueOf(e.getMessage()), null));
            }
        }
        if (!faults.isEmpty()) {
            throw new InvalidSourceException(faults);
        }
        return IgnorePatterns.of(patterns);
    }

    private static String clean(String pattern) {
        boolean again = pattern.startsWith("!");
        String path = again ? Spaces.trim(pattern.substring(1)) : pattern;
        if (!path.isEmpty()) {
            path = CleanPath.of(path);
            if (path.length() > 1 && path.startsWith("/")) {
                path = path.substring(1);
            }
        }
        return again ? "!" + path : path;
    }
}
