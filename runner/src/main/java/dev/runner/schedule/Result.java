package dev.runner.schedule;

/** How a step, a job or the run ended. */
public enum Result {
    SUCCESS("success"),
    FAILURE("failure"),
    CANCELLED("cancelled"),
    SKIPPED("skipped");

    private final String word;

    Result(String word) {
        this.word = word;
    }

    /** As expressions see it, such as {@code success}. */
    public String word() {
        return word;
    }
}
