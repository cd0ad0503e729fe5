package dev.runner.build.embedded.store;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Users and groups of an image, from its {@code /etc/passwd} and {@code /etc/group}. */
public final class Accounts {
    private Accounts() {}

    /** Reads both files; an absent one is empty, malformed lines are passed over. */
    public static Accounts of(MergedView view) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** The first user of that name; null if there is none. */
    public @Nullable User user(String name) {
        throw new UnsupportedOperationException();
    }

    /** The first user with that number; null if there is none. */
    public @Nullable User user(long uid) {
        throw new UnsupportedOperationException();
    }

    /** The first group of that name; null if there is none. */
    public @Nullable Group group(String name) {
        throw new UnsupportedOperationException();
    }

    /** The numbers of the groups that name the user as a member. */
    public List<Long> groupsOf(String userName) {
        throw new UnsupportedOperationException();
    }

    /** A line of {@code /etc/passwd}. */
    public record User(String name, long uid, long gid, String home, String shell) {}

    /** A line of {@code /etc/group}. */
    public record Group(String name, long gid, List<String> members) {
        public Group {
            members = List.copyOf(members);
        }
    }
}
