package dev.runner.build.bake;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a target may have, in the order in which it is printed.
 *
 * @see <a href="https://docs.docker.com/build/bake/reference/#target">Bake file reference: target</a>
 */
public enum BakeAttribute {
    DESCRIPTION(Kind.TEXT, Merge.REPLACE),
    INHERITS(Kind.TEXTS, Merge.APPEND),
    ANNOTATIONS(Kind.TEXTS, Merge.APPEND),
    ATTEST(Kind.ENTRIES, Merge.BY_TYPE),
    CONTEXT(Kind.TEXT, Merge.REPLACE),
    CONTEXTS(Kind.PAIRS, Merge.APPEND),
    DOCKERFILE(Kind.TEXT, Merge.REPLACE),
    DOCKERFILE_INLINE(Kind.TEXT, Merge.REPLACE),
    ARGS(Kind.PAIRS, Merge.APPEND),
    LABELS(Kind.PAIRS, Merge.APPEND),
    TAGS(Kind.TEXTS, Merge.REPLACE),
    CACHE_FROM(Kind.ENTRIES, Merge.APPEND),
    CACHE_TO(Kind.ENTRIES, Merge.REPLACE),
    TARGET(Kind.TEXT, Merge.REPLACE),
    SECRET(Kind.ENTRIES, Merge.APPEND),
    SSH(Kind.ENTRIES, Merge.APPEND),
    PLATFORMS(Kind.TEXTS, Merge.REPLACE),
    OUTPUT(Kind.ENTRIES, Merge.REPLACE),
    PULL(Kind.FLAG, Merge.REPLACE),
    NO_CACHE(Kind.FLAG, Merge.REPLACE),
    NETWORK(Kind.TEXT, Merge.REPLACE),
    NO_CACHE_FILTER(Kind.TEXTS, Merge.APPEND),
    SHM_SIZE(Kind.TEXT, Merge.REPLACE),
    ULIMITS(Kind.TEXTS, Merge.APPEND),
    CALL(Kind.TEXT, Merge.REPLACE),
    ENTITLEMENTS(Kind.TEXTS, Merge.APPEND),
    EXTRA_HOSTS(Kind.PAIRS, Merge.APPEND);

    /** The shape of its value. */
    enum Kind {
        TEXT,
        FLAG,
        TEXTS,
        /** Texts by name. */
        PAIRS,
        /** Lists of {@code key=value}. */
        ENTRIES
    }

    /** What becomes of an earlier value when there is a later one. */
    enum Merge {
        REPLACE,
        APPEND,
        /** One entry for each {@code type}, the last. */
        BY_TYPE
    }

    private final Kind kind;
    private final Merge merge;

    BakeAttribute(Kind kind, Merge merge) {
        this.kind = kind;
        this.merge = merge;
    }

    /** As bake files write it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    Kind kind() {
        return kind;
    }

    Merge merge() {
        return merge;
    }

    static @Nullable BakeAttribute find(String word) {
        for (BakeAttribute attribute : values()) {
            if (attribute.word().equals(word)) {
                return attribute;
            }
        }
        return null;
    }
}
