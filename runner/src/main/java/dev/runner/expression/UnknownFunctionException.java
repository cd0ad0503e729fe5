package dev.runner.expression;

/** A scope was asked for a function that it does not have. */
public final class UnknownFunctionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String function;

    public UnknownFunctionException(String function) {
        super("the function '" + function + "' cannot be used here");
        this.function = function;
    }

    public String function() {
        return function;
    }
}
