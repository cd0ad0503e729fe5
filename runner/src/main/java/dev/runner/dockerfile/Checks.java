package dev.runner.dockerfile;

import dev.runner.source.InvalidSourceException;
import dev.runner.source.Source;
import dev.runner.source.Span;
import java.util.ArrayList;
import java.util.List;

/**
 * The build checks.
 *
 * @see <a href="https://docs.docker.com/reference/build-checks/">Build checks</a>
 */
public final class Checks {
    private final CheckOptions options;
    private final List<CheckFinding> findings = new ArrayList<>();

    private Checks(CheckOptions options) {
        this.options = options;
    }

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

    /**
     * Runs every rule that is not skipped, on a Dockerfile without errors.
     *
     * @throws InvalidSourceException if the context's options are not understood
     */
    public static Result run(Dockerfile dockerfile, CheckContext context) {
        Checks checks = new Checks(options(dockerfile, context));
        TextChecks.run(dockerfile, checks);
        FromChecks from = new FromChecks(dockerfile, context, checks);
        from.run();
        StageWalk walk = new StageWalk(dockerfile, context, from.arguments());
        from.platforms(walk);
        walk.walk(new StageChecks(context, checks));
        checks.findings.sort(
                (one, other) -> Integer.compare(one.span().line(), other.span().line()));
        return new Result(checks.findings, checks.options.failing());
    }

    private static CheckOptions options(Dockerfile dockerfile, CheckContext context) {
        String text = context.options() != null
                ? context.options()
                : dockerfile.directives().check();
        return text == null
                ? CheckOptions.DEFAULT
                : CheckOptions.parse(Source.of("check options", text).all());
    }

    void found(CheckRule rule, Span span, String message) {
        if (options.runs(rule)) {
            findings.add(new CheckFinding(rule, span, message));
        }
    }
}
