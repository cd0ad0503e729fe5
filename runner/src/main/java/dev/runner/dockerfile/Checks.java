package dev.runner.dockerfile;

import dev.runner.source.Span;
import java.util.List;

/**
 * The build checks.
 *
 * @see <a href="https://docs.docker.com/reference/build-checks/">Build checks</a>
 */
public final class Checks {
    private Checks() {}

    /**
     * What was found, in the order of the text.
     *
     * @param failing whether findings are errors: {@code error=true}
     */
    public record Result(List<CheckFinding> findings, boolean failing) {
        public Result {
            findings = List.copyOf(findings);
        }
    }

    /** Runs every rule that is not skipped, on a Dockerfile without errors. */
    public static Result run(Dockerfile dockerfile, CheckContext context) {
        throw new UnsupportedOperationException("comes with the next commit");
    }

    /** For the engine, which alone knows what platform an image has. Ask {@link #skips} first. */
    public static CheckFinding invalidBaseImagePlatform(Span from, String image, String actual, String expected) {
        return new CheckFinding(
                CheckRule.INVALID_BASE_IMAGE_PLATFORM,
                from,
                "Base image " + image + " was pulled with platform \"" + actual + "\", expected \"" + expected
                        + "\" for current build");
    }

    /** Whether the file or the context skips a rule. */
    public static boolean skips(Dockerfile dockerfile, CheckContext context, CheckRule rule) {
        throw new UnsupportedOperationException("comes with the next commit");
    }
}
