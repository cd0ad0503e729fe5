package dev.runner.dockerfile;

/** A word whose quotes or variables are wrong, or that asks for a variable that is not there. Trying again is no help. */
public final class ExpansionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String word;

    ExpansionException(String word, String reason) {
        super("failed to process " + quoted(word) + ": " + reason);
        this.word = word;
    }

    private static String quoted(String word) {
        return '"'
                + word.replace("\\", "\\\\")
                        .replace("\"", "\\\"")
                        .replace("\n", "\\n")
                        .replace("\t", "\\t")
                + '"';
    }

    /** The whole word, as written. */
    public String word() {
        return word;
    }
}
