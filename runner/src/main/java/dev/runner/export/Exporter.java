package dev.runner.export;

import dev.runner.pipeline.Export;
import dev.runner.pipeline.NameUse;
import dev.runner.plan.Plan;
import dev.runner.source.Diagnostics;
import dev.runner.source.InvalidSourceException;
import java.util.List;

/** Writes a pipeline for another CI system. */
public final class Exporter {
    /** What {@code --part} is called of the machine that joins what others have built. */
    static final String JOIN = "join";

    private Exporter() {}

    /** A CI system. */
    public enum Kind {
        GITHUB,
        GITLAB;

        /** Of a system's settings, those of this one. */
        public Export.Target target(Export export) {
            return this == GITHUB ? export.github() : export.gitlab();
        }
    }

    /**
     * What is written.
     *
     * @param plan with all jobs of the pipeline
     * @param uses every name that an expression of the pipeline reads
     * @param file the pipeline's path in the repository
     * @param command the command line that writes the file anew
     */
    public record Request(Plan plan, Export export, List<NameUse> uses, String file, String command) {
        public Request {
            uses = List.copyOf(uses);
        }
    }

    /**
     * The file, ended by a line break.
     *
     * @throws InvalidSourceException with all that the system cannot do, each where it is written
     */
    public static String write(Kind system, Request request) {
        Diagnostics diagnostics = new Diagnostics();
        JobShares shares = JobShares.of(system, request, diagnostics);
        String text = system == Kind.GITHUB
                ? new GithubFile(request, shares, diagnostics).write()
                : new GitLabFile(request, shares, diagnostics).write();
        diagnostics.throwIfErrors();
        return text;
    }
}
