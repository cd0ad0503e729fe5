package dev.runner.build.embedded;

import dev.runner.build.embedded.store.Accounts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Users and groups as USER and {@code --chown} write them, looked up in the image. */
final class Ownership {
    private Ownership() {}

    /** The accounts of an image, read only when a name asks for them; null where there is no image yet. */
    @FunctionalInterface
    interface Lookup {
        @Nullable
        Accounts accounts() throws IOException, InterruptedException;
    }

    /** Who owns a new file. */
    record Owner(long uid, long gid) {
        static final Owner ROOT = new Owner(0, 0);
    }

    /**
     * Who a process is.
     *
     * @param groups supplementary ones
     * @param home what HOME becomes when nobody sets it
     */
    record Identity(long uid, long gid, List<Long> groups, String home) {}

    /** A user or group that the image does not have. */
    static final class UnknownAccountException extends IOException {
        private static final long serialVersionUID = 1L;

        UnknownAccountException(String message) {
            super(message);
        }
    }

    /**
     * The owner that {@code user[:group]} means for files: a bare number is user and group, a bare name has its own
     * group. As with BuildKit a name that the image's files do not have is root, a group that they do not have is the
     * user's, and nothing behind the colon is root.
     *
     * @see <a href="https://docs.docker.com/reference/dockerfile/#copy---chown---chmod">Dockerfile reference, COPY --chown</a>
     */
    static Owner owner(String text, Lookup lookup) throws IOException, InterruptedException {
        int colon = text.indexOf(':');
        String user = colon < 0 ? text : text.substring(0, colon);
        Long number = number32(user);
        Owner owner = number != null
                ? new Owner(number, number)
                : ofUser(accounts(lookup, user).user(user));
        if (colon < 0) {
            return owner;
        }
        String group = text.substring(colon + 1);
        Long gid = number32(group);
        if (gid != null) {
            return new Owner(owner.uid(), gid);
        }
        Accounts.Group found = accounts(lookup, group).group(group);
        return found == null ? owner : new Owner(owner.uid(), found.gid());
    }

    private static Owner ofUser(Accounts.@Nullable User user) {
        return user == null ? Owner.ROOT : new Owner(user.uid(), user.gid());
    }

    private static Accounts accounts(Lookup lookup, String name) throws IOException, InterruptedException {
        Accounts accounts = lookup.accounts();
        if (accounts == null) {
            throw new UnknownAccountException("nobody is called '" + name + "' in scratch, which has no /etc/passwd");
        }
        return accounts;
    }

    /** The number that BuildKit reads in a word: with a sign perhaps, of 32 bits; null for a name. */
    private static @Nullable Long number32(String text) {
        if (text.isEmpty() || text.equals("root")) {
            return 0L;
        }
        String digits = text.charAt(0) == '+' || text.charAt(0) == '-' ? text.substring(1) : text;
        if (digits.isEmpty() || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return null;
        }
        try {
            return Integer.toUnsignedLong(Integer.parseInt(text));
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static long group(String group, @Nullable Accounts accounts) throws UnknownAccountException {
        if (accounts == null) {
            return number(group);
        }
        Accounts.Group found = accounts.group(group);
        if (found == null) {
            throw new UnknownAccountException("the image has no group '" + group + "' in /etc/group");
        }
        return found.gid();
    }

    /**
     * Who a process of {@code USER user[:group]} is. A number's group is looked up; a group given drops the supplementary
     * ones.
     */
    static Identity identity(String text, Accounts accounts) throws UnknownAccountException {
        int colon = text.indexOf(':');
        String name = colon < 0 ? text : text.substring(0, colon);
        String group = colon < 0 ? "" : text.substring(colon + 1);
        boolean number = name.isEmpty() || isNumber(name);
        long wanted = name.isEmpty() ? 0 : number ? number(name) : -1;
        Accounts.User user = number ? accounts.user(wanted) : accounts.user(name);
        if (user == null && !number) {
            throw new UnknownAccountException("the image has no user '" + name + "' in /etc/passwd");
        }
        long uid = user == null ? wanted : user.uid();
        long gid = user == null ? 0 : user.gid();
        List<Long> groups = new ArrayList<>();
        if (!group.isEmpty()) {
            gid = group(group, isNumber(group) ? null : accounts);
        } else if (user != null) {
            groups.addAll(accounts.groupsOf(user.name()));
        }
        String home = user == null ? "/" : user.home();
        return new Identity(uid, gid, groups, home);
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty() && text.length() <= 10 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static long number(String text) {
        return Long.parseLong(text);
    }
}
