package dev.runner.cli.gotemplate;

/** A template that cannot be read or applied, in Go's words. */
public final class TemplateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Whether the text is at fault, and not what it was applied to. */
    private final boolean syntax;

    private TemplateException(String message, boolean syntax) {
        super(message);
        this.syntax = syntax;
    }

    static TemplateException syntax(String message) {
        return new TemplateException(message, true);
    }

    static TemplateException run(String message) {
        return new TemplateException(message, false);
    }

    public boolean isSyntax() {
        return syntax;
    }
}
