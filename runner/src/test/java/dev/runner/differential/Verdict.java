package dev.runner.differential;

import java.util.List;

/** What became of a case. */
sealed interface Verdict {
    String name();

    /** Both built and all is alike. */
    record Same(String name) implements Verdict {}

    /**
     * Both refused it.
     *
     * @param reference BuildKit's words
     * @param missing what ours should say and do not
     */
    record BothFailed(String name, String reference, String ours, List<String> missing) implements Verdict {
        public BothFailed {
            missing = List.copyOf(missing);
        }
    }

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
