package dev.runner.secret;

import java.util.List;
import java.util.stream.Collectors;

/** Secrets could not be read; carries every problem found. A retry does not help. */
public final class InvalidSecretsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<SecretProblem> problems;

    InvalidSecretsException(List<SecretProblem> problems) {
        super(problems.stream().map(p -> p.where() + ": " + p.message()).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    public List<SecretProblem> problems() {
        return problems;
    }
}
