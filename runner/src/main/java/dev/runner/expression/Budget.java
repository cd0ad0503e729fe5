package dev.runner.expression;

/**
 * Bounds what one evaluation may hold in memory, as GitHub does: two bytes a character of the text that functions make,
 * and a little for each. Without it {@code format} could turn 21,000 characters into gigabytes.
 */
final class Budget {
    private static final int LIMIT = 1024 * 1024;
    private static final int TEXT_OVERHEAD = 26;

    private int used;

    /** Thrown where the evaluation knows the place. */
    static final class ExceededException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        ExceededException() {
            super("The maximum allowed memory size was exceeded");
        }
    }

    int used() {
        return used;
    }

    /** Gives back what the arguments of a function took, once it has its result. */
    void release(int mark) {
        used = mark;
    }

    void takeText(int length) {
        long total = (long) used + TEXT_OVERHEAD + 2L * length;
        if (total > LIMIT) {
            throw new ExceededException();
        }
        used = (int) total;
    }

    /** Fails when the text that is being made has grown over what is left. */
    void check(StringBuilder growing) {
        if ((long) used + 2L * growing.length() > LIMIT) {
            throw new ExceededException();
        }
    }
}
