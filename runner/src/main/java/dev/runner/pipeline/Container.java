package dev.runner.pipeline;

import dev.runner.expression.Template;
import dev.runner.source.Span;
import org.jspecify.annotations.Nullable;

/**
 * An image that a job's steps, or a service beside them, run in.
 *
 * @param image a reference; a text that is empty when evaluated means no container
 * @param account who may pull it; null for the run's logins
 * @param ports as {@code 8080:80}, {@code 8080:80/udp} or {@code 80} for any free port of the machine
 * @param volumes as {@code source:target[:ro]}; a source that is no path is a volume's name
 */
public record Container(
        Template image,
        @Nullable Account account,
        TemplateMap env,
        TemplateList ports,
        TemplateList volumes,
        Start start,
        Span span) {
    /** A registry's user. */
    public record Account(Template username, Template password) {}

    /**
     * How it is started.
     *
     * @param platform null for the machine's
     * @param user {@code name|uid[:group|gid]}, or null for the image's
     * @param pull {@code always}, {@code missing} or {@code never}; null for missing
     * @param entrypoint in place of the image's; null to keep that
     * @param command in place of the image's; null to keep that
     * @param options the words of {@code docker create}, such as {@code --health-cmd "pg_isready" --cpus 1}; null for none
     */
    public record Start(
            @Nullable Template platform,
            @Nullable Template user,
            @Nullable Template pull,
            @Nullable TemplateList entrypoint,
            @Nullable TemplateList command,
            @Nullable Template options) {
        /** As the image says. */
        public static final Start IMAGES_OWN = new Start(null, null, null, null, null, null);
    }
}
