package dev.runner.pipeline;

import dev.runner.oci.Reference;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A rule by which {@code publish} names tags. */
public sealed interface TagRule {
    /** The words that are rules; any other text is a literal tag. */
    List<String> WORDS =
            List.of("sha", "sha-short", "branch", "tag", "semver", "semver-minor", "semver-major", "latest");

    /** The commit's SHA in full, with {@code -dirty} for uncommitted changes. */
    record Sha() implements TagRule {}

    /** The commit's SHA, shortened. */
    record ShaShort() implements TagRule {}

    /** The branch, cleaned to a legal tag; nothing when the commit is on none. */
    record Branch() implements TagRule {}

    /** The Git tag, cleaned to a legal tag; nothing when the commit has none. */
    record GitTag() implements TagRule {}

    /**
     * The version that the Git tag names, such as {@code v1.2.3}; nothing when it is none. A pre-release gives only its
     * full version, so that {@code 1.2} never moves to a release candidate.
     */
    record Semver(Precision precision) implements TagRule {}

    /** The tag {@code latest}. */
    record Latest() implements TagRule {}

    /** This very tag. */
    record Literal(String tag) implements TagRule {}

    /** How much of a version is kept: {@code 1.2.3}, {@code 1.2} or {@code 1}. */
    enum Precision {
        FULL,
        MINOR,
        MAJOR
    }

    /**
     * Reads a rule: one of {@link #WORDS}, or a literal tag; {@code literal:sha} is the tag {@code sha}.
     *
     * @return null when the text is neither a rule nor a legal tag
     */
    static @Nullable TagRule tryParse(String text) {
        return switch (text) {
            case "sha" -> new Sha();
            case "sha-short" -> new ShaShort();
            case "branch" -> new Branch();
            case "tag" -> new GitTag();
            case "semver" -> new Semver(Precision.FULL);
            case "semver-minor" -> new Semver(Precision.MINOR);
            case "semver-major" -> new Semver(Precision.MAJOR);
            case "latest" -> new Latest();
            default -> literal(text.startsWith("literal:") ? text.substring("literal:".length()) : text);
        };
    }

    private static @Nullable TagRule literal(String tag) {
        return Reference.isTag(tag) ? new Literal(tag) : null;
    }
}
