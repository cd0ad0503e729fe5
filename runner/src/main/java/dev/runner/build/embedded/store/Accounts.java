package dev.runner.build.embedded.store;

import dev.runner.oci.layer.EntryNames;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Users and groups of an image, from its {@code /etc/passwd} and {@code /etc/group}. */
public final class Accounts {
    private static final long ID_LIMIT = 0xFFFFFFFFL;
    /** A file that claims to be larger is not read: it comes from an image. */
    private static final long SIZE_LIMIT = 16L << 20;

    private final List<User> users;
    private final List<Group> groups;

    private Accounts(List<User> users, List<Group> groups) {
        this.users = users;
        this.groups = groups;
    }

    /** Reads both files; an absent one is empty, malformed lines are passed over. */
    public static Accounts of(MergedView view) throws IOException {
        List<User> users = new ArrayList<>();
        for (String[] fields : lines(view, "etc/passwd", 7)) {
            Long uid = id(fields[2]);
            Long gid = id(fields[3]);
            if (uid != null && gid != null) {
                users.add(new User(fields[0], uid, gid, fields[5], fields[6]));
            }
        }
        List<Group> groups = new ArrayList<>();
        for (String[] fields : lines(view, "etc/group", 4)) {
            Long gid = id(fields[2]);
            if (gid != null) {
                List<String> members = fields[3].isEmpty() ? List.of() : List.of(fields[3].split(","));
                groups.add(new Group(fields[0], gid, members));
            }
        }
        return new Accounts(users, groups);
    }

    /** The first user of that name; null if there is none. */
    public @Nullable User user(String name) {
        return users.stream().filter(user -> user.name.equals(name)).findFirst().orElse(null);
    }

    /** The first user with that number; null if there is none. */
    public @Nullable User user(long uid) {
        return users.stream().filter(user -> user.uid == uid).findFirst().orElse(null);
    }

    /** The first group of that name; null if there is none. */
    public @Nullable Group group(String name) {
        return groups.stream()
                .filter(group -> group.name.equals(name))
                .findFirst()
                .orElse(null);
    }

    /** The numbers of the groups that name the user as a member. */
    public List<Long> groupsOf(String userName) {
        return groups.stream()
                .filter(group -> group.members.contains(userName))
                .map(Group::gid)
                .toList();
    }

    /** A line of {@code /etc/passwd}. */
    public record User(String name, long uid, long gid, String home, String shell) {}

    /** A line of {@code /etc/group}. */
    public record Group(String name, long gid, List<String> members) {
        public Group {
            members = List.copyOf(members);
        }
    }

    private static List<String[]> lines(MergedView view, String path, int fields) throws IOException {
        ViewNode file = view.resolve(path);
        if (file == null || !file.isFile() || file.status().size() > SIZE_LIMIT) {
            return List.of();
        }
        List<String[]> result = new ArrayList<>();
        for (String line : EntryNames.decode(view.read(path)).split("\n")) {
            String[] parts = line.strip().split(":", -1);
            boolean comment = line.startsWith("#");
            if (!comment && parts.length >= Math.min(4, fields) && !parts[0].isEmpty()) {
                String[] padded = Arrays.copyOf(parts, Math.max(fields, parts.length));
                for (int i = parts.length; i < padded.length; i++) {
                    padded[i] = "";
                }
                result.add(padded);
            }
        }
        return result;
    }

    private static @Nullable Long id(String text) {
        if (text.isEmpty() || text.length() > 10 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return null;
        }
        long value = Long.parseLong(text);
        return value > ID_LIMIT ? null : value;
    }
}
