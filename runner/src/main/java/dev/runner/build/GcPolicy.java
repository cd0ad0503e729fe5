package dev.runner.build;

import java.time.Duration;
import java.util.List;

/**
 * What the build cache may grow to, and what goes first: rules that are applied in order, with the meaning they have in
 * {@code buildkitd.toml}.
 *
 * @see <a href="https://docs.docker.com/build/cache/garbage-collection/">Build garbage collection</a>
 */
public record GcPolicy(List<Rule> rules) {
    private static final Duration TWO_DAYS = Duration.ofHours(48);
    private static final Duration SIXTY_DAYS = Duration.ofDays(60);
    private static final long GB = 1_000_000_000;
    /** A tenth of the disk, ten gigabytes at most, is ours; four fifths of it, at most a hundred, may become ours. */
    public static final Limits DEFAULT_LIMITS =
            new Limits(new Space(10 * GB, 10), new Space(100 * GB, 80), new Space(0, 20));

    public GcPolicy {
        rules = List.copyOf(rules);
    }

    /**
     * One rule.
     *
     * @param filter which items may go
     * @param keep what was used that recently stays; zero spares nothing
     * @param all whether internal items, and the layers of named images, may go too
     * @param limits how much has to go; with none set, all that the filter means
     */
    public record Rule(CacheFilter filter, Duration keep, boolean all, Limits limits) {
        /** Everything that is not in use. */
        public static final Rule EVERYTHING = new Rule(CacheFilter.all(), Duration.ZERO, true, Limits.NONE);
    }

    /**
     * How much may stay.
     *
     * @param reserved always allowed
     * @param most at most that much
     * @param free so much of the disk is to be free, as long as more than the reserved is used
     */
    public record Limits(Space reserved, Space most, Space free) {
        public static final Limits NONE = new Limits(Space.NONE, Space.NONE, Space.NONE);

        public boolean isNone() {
            return equals(NONE);
        }
    }

    /**
     * An amount of disk: so many bytes, or such a share of the disk; when both are set, the lesser. Zero is not set.
     */
    public record Space(long bytes, int percent) {
        public static final Space NONE = new Space(0, 0);

        public Space {
            if (bytes < 0 || percent < 0 || percent > 100) {
                throw new IllegalArgumentException("not an amount of disk: " + bytes + " bytes, " + percent + "%");
            }
        }

        public static Space ofBytes(long bytes) {
            return new Space(bytes, 0);
        }

        public static Space ofPercent(int percent) {
            return new Space(0, percent);
        }

        public boolean isNone() {
            return bytes == 0 && percent == 0;
        }

        /** Bytes, on a disk of that size. */
        public long on(long disk) {
            long share = disk / 100 * percent;
            return percent == 0 ? bytes : bytes == 0 ? share : Math.min(bytes, share);
        }
    }

    /**
     * The rules of BuildKit with given limits: first what is easily made again and was not used for two days, then what was
     * not used for sixty, then the least used, at last also the internal.
     */
    public static GcPolicy of(Limits limits) {
        CacheFilter easy = CacheFilter.anyOf(List.of(
                CacheFilter.parse("type==source.local"),
                CacheFilter.parse("type==exec.cachemount"),
                CacheFilter.parse("type==source.git.checkout")));
        Limits little = new Limits(Space.NONE, Space.ofBytes(512_000_000), Space.NONE);
        return new GcPolicy(List.of(
                new Rule(easy, TWO_DAYS, false, little),
                new Rule(CacheFilter.all(), SIXTY_DAYS, false, limits),
                new Rule(CacheFilter.all(), Duration.ZERO, false, limits),
                new Rule(CacheFilter.all(), Duration.ZERO, true, limits)));
    }
}
