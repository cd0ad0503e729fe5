package dev.runner.secret;

/**
 * One thing that is wrong with where secrets come from; it never quotes a value.
 *
 * @param where {@code file:line:column}, a file, or the option as people know it, such as {@code --secret TOKEN}
 * @param message what is wrong, one sentence without a full stop
 * @param remedy how to mend it
 */
public record SecretProblem(String where, String message, String remedy) {
    /** The form people read. */
    public String render() {
        return where + ": error: " + message + "\n  help: " + remedy;
    }
}
