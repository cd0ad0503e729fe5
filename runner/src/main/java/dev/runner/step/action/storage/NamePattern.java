package dev.runner.step.action.storage;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.regex.PatternSyntaxException;

/** A pattern for names of artifacts, as minimatch reads it: stars, question marks, sets, braces, and {@code !} in front. */
final class NamePattern {
    private final boolean negated;
    private final PathMatcher matcher;
    private final boolean dots;

    private NamePattern(boolean negated, PathMatcher matcher, boolean dots) {
        this.negated = negated;
        this.matcher = matcher;
        this.dots = dots;
    }

    static NamePattern parse(String text) {
        boolean negated = text.startsWith("!");
        String pattern = negated ? text.substring(1) : text;
        // minimatch writes [!a] as [^a], too, and has no backslash before letters.
        String java = pattern.replace("[^", "[!");
        try {
            return new NamePattern(
                    negated, FileSystems.getDefault().getPathMatcher("glob:" + java), pattern.startsWith("."));
        } catch (PatternSyntaxException e) {
            return new NamePattern(negated, path -> path.toString().equals(pattern), true);
        }
    }

    /** A name that begins with a dot must be asked for with one. */
    boolean matches(String name) {
        boolean match = matcher.matches(Path.of(name)) && (dots || !name.startsWith("."));
        return match != negated;
    }
}
