package dev.runner.source;

import java.util.List;
import java.util.stream.Collectors;

/** Text that cannot be used, with every fault found in it. The command line shows them and exits with 2. */
public final class InvalidSourceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<Diagnostic> diagnostics;

    public InvalidSourceException(List<Diagnostic> diagnostics) {
        super(diagnostics.stream()
                .map(d -> d.span().position() + ": " + d.message())
                .collect(Collectors.joining("\n")));
        this.diagnostics = List.copyOf(diagnostics);
    }

    public InvalidSourceException(Diagnostic diagnostic) {
        this(List.of(diagnostic));
    }

    /** In the order of the text; warnings may stand among the errors. */
    public List<Diagnostic> diagnostics() {
        return diagnostics;
    }
}
