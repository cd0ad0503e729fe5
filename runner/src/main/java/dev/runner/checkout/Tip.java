package dev.runner.checkout;

import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.revwalk.RevCommit;
import org.jspecify.annotations.Nullable;

/**
 * The commit a ref names, and by which name.
 *
 * @param branch without {@code refs/heads/}, when it was reached by one
 * @param tag the tag it was reached by, or the highest that names it
 */
record Tip(ObjectId id, @Nullable String branch, @Nullable String tag) {
    private static final Pattern CHUNK = Pattern.compile("\\d+|\\D+");

    /** Versions by their numbers; {@code 1.0-rc1} is before {@code 1.0}, and {@code 1.0} before {@code 1.0.1}. */
    static final Comparator<String> BY_VERSION = Tip::compareVersions;

    Commit describe(RevCommit commit, boolean dirty) {
        String sha = commit.name();
        String mark = dirty ? "-dirty" : "";
        PersonIdent author = commit.getAuthorIdent();
        PersonIdent committer = commit.getCommitterIdent();
        return new Commit(
                sha + mark,
                sha.substring(0, Commit.SHORT) + mark,
                branch,
                tag,
                commit.getFullMessage().stripTrailing(),
                author.getName() + " <" + author.getEmailAddress() + ">",
                OffsetDateTime.ofInstant(committer.getWhenAsInstant(), committer.getZoneOffset()),
                dirty);
    }

    static @Nullable String highest(Collection<String> tags) {
        return tags.stream().max(BY_VERSION).orElse(null);
    }

    private static int compareVersions(String left, String right) {
        List<String> a = CHUNK.matcher(left).results().map(MatchResult::group).toList();
        List<String> b = CHUNK.matcher(right).results().map(MatchResult::group).toList();
        for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
            String x = a.get(i);
            String y = b.get(i);
            boolean numbers = Character.isDigit(x.charAt(0)) && Character.isDigit(y.charAt(0));
            int order = numbers ? new java.math.BigInteger(x).compareTo(new java.math.BigInteger(y)) : x.compareTo(y);
            if (order != 0) {
                return order;
            }
        }
        if (a.size() == b.size()) {
            return 0;
        }
        String next = a.size() > b.size() ? a.get(b.size()) : b.get(a.size());
        int longer = a.size() > b.size() ? 1 : -1;
        return next.startsWith("-") ? -longer : longer;
    }
}
