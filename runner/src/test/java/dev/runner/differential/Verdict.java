package dev.runner.differential;

import java.util.List;

/** What became of a case. */
sealed interface Verdict {
    String name();

    /** Both built and all is alike, or both refused. */
    record Same(String name, boolean built) implements Verdict {}

    /** Both built, and some of it differs. */
    record Differs(String name, List<Difference> differences) implements Verdict {
        public Differs {
            differences = List.copyOf(differences);
        }
    }

    /**
     * Only one built it.
     *
     * @param ours whether that was the embedded engine
     * @param said the last words of the one that failed
     */
    record OnlyOneBuilt(String name, boolean ours, String said) implements Verdict {}

    /** BuildKit does not do what the case expects of it: the case is wrong. */
    record BadCase(String name, String said) implements Verdict {}

    /** The machine lacks what the case needs. */
    record Skipped(String name, String reason) implements Verdict {}
}
