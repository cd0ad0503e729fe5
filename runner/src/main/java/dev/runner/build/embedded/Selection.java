package dev.runner.build.embedded;

import dev.runner.dockerfile.IgnorePatterns;
import org.jspecify.annotations.Nullable;

/**
 * Which files below a source are copied: those that {@code --parents} asks for, without what {@code --exclude} leaves out.
 * As with BuildKit, a folder that is not asked for itself is made when something in it is.
 *
 * @param wanted where the walk stands among the patterns that ask; null when all is asked for
 * @param left where it stands among those that leave out
 */
record Selection(IgnorePatterns.@Nullable Walk wanted, IgnorePatterns.Walk left) {
    static Selection all(IgnorePatterns excludes) {
        return new Selection(null, excludes.walk());
    }

    static Selection of(IgnorePatterns includes, IgnorePatterns excludes) {
        return new Selection(includes.walk(), excludes.walk());
    }

    /** For an entry of this folder. */
    Selection child(String name) {
        return new Selection(wanted == null ? null : wanted.child(name), left.child(name));
    }

    boolean takes() {
        return (wanted == null || wanted.ignored()) && !left.ignored();
    }

    /** Whether something below this folder may be taken. */
    boolean mayTakeBelow() {
        return (wanted == null || wanted.mayMatchBelow()) && (!left.ignored() || left.mayReinclude());
    }
}
