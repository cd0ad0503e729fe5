package dev.runner.build;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Which items of the cache are meant, in the language of {@code docker buildx prune --filter} and of BuildKit's policies:
 * {@code key}, {@code key=value}, {@code key==value}, {@code key!=value} or {@code key~=regex}, several with commas, all of
 * which must hold. Keys: {@code id}, {@code type}, {@code description}, {@code shared}, {@code private}, {@code inuse},
 * {@code mutable}, {@code immutable}.
 *
 * @see <a href="https://docs.docker.com/reference/cli/docker/buildx/prune/#filter">docker buildx prune --filter</a>
 */
public final class CacheFilter {
    private static final List<String> FLAGS = List.of("shared", "private", "inuse", "mutable", "immutable");
    private static final List<String> TEXTS = List.of("id", "type", "description");
    private static final CacheFilter ALL = new CacheFilter("", item -> true);

    private final String text;
    private final Predicate<CacheItem> predicate;

    private CacheFilter(String text, Predicate<CacheItem> predicate) {
        this.text = text;
        this.predicate = predicate;
    }

    /** Means everything. */
    public static CacheFilter all() {
        return ALL;
    }

    /**
     * Reads selectors, all of which must hold.
     *
     * @throws IllegalArgumentException with what is wrong and what is possible
     */
    public static CacheFilter parse(String text) {
        Predicate<CacheItem> all = item -> true;
        for (String selector : text.split(",")) {
            if (!selector.isBlank()) {
                all = all.and(selector(selector.strip()));
            }
        }
        return new CacheFilter(text, all);
    }

    /** What all of these mean. */
    public static CacheFilter allOf(List<CacheFilter> filters) {
        return filters.stream().reduce(ALL, (a, b) -> new CacheFilter(join(a, b), a.predicate.and(b.predicate)));
    }

    /** What any of these means; everything when there are none. */
    public static CacheFilter anyOf(List<CacheFilter> filters) {
        return filters.stream()
                .reduce((a, b) -> new CacheFilter(a.text + " | " + b.text, a.predicate.or(b.predicate)))
                .orElse(ALL);
    }

    private static String join(CacheFilter a, CacheFilter b) {
        return a.text.isEmpty() ? b.text : a.text + "," + b.text;
    }

    public boolean matches(CacheItem item) {
        return predicate.test(item);
    }

    @Override
    public String toString() {
        return text;
    }

    private static Predicate<CacheItem> selector(String selector) {
        int equals = selector.indexOf('=');
        if (equals < 0) {
            return flag(selector, true);
        }
        String key = selector.substring(0, equals);
        String value = selector.substring(equals + 1);
        if (key.endsWith("!")) {
            return compare(key.substring(0, key.length() - 1), value).negate();
        }
        if (key.endsWith("~")) {
            return expression(key.substring(0, key.length() - 1), value);
        }
        return compare(key, value.startsWith("=") ? value.substring(1) : value);
    }

    private static Predicate<CacheItem> compare(String key, String value) {
        return switch (key) {
            case "id" -> item -> item.id().equals(value) || isShortId(item.id(), value);
            case "type" -> type(value);
            case "description" -> item -> item.description().equals(value);
            default -> flag(key, truth(key, value));
        };
    }

    /** People paste what {@code ls} shows, which is the id's beginning. */
    private static boolean isShortId(String id, String value) {
        return value.length() >= 4
                && (id.startsWith(value) || id.substring(id.indexOf(':') + 1).startsWith(value));
    }

    private static Predicate<CacheItem> type(String value) {
        List<String> known = new ArrayList<>(List.of("source.git.checkout", "frontend"));
        for (CacheItem.Type type : CacheItem.Type.values()) {
            known.add(type.toString());
        }
        if (!known.contains(value)) {
            throw new IllegalArgumentException(
                    "there is no type '" + value + "' of cache item; types: " + String.join(", ", known));
        }
        return item -> item.type().toString().equals(value);
    }

    private static Predicate<CacheItem> expression(String key, String value) {
        Pattern pattern;
        try {
            pattern = Pattern.compile(value);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("'" + value + "' is no regular expression: " + e.getDescription(), e);
        }
        return switch (key) {
            case "id" -> item -> pattern.matcher(item.id()).find();
            case "type" -> item -> pattern.matcher(item.type().toString()).find();
            case "description" -> item -> pattern.matcher(item.description()).find();
            default -> throw unknown(key);
        };
    }

    private static boolean truth(String key, String value) {
        return switch (value) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default -> {
                if (!FLAGS.contains(key)) {
                    throw unknown(key);
                }
                throw new IllegalArgumentException("'" + key + "' is true or false, not '" + value + "'");
            }
        };
    }

    private static Predicate<CacheItem> flag(String key, boolean wanted) {
        return switch (key) {
            case "shared" -> item -> item.use().shared() == wanted;
            case "private" -> item -> item.use().shared() != wanted;
            case "inuse" -> item -> item.use().now() == wanted;
            case "mutable" -> item -> item.mutable() == wanted;
            case "immutable" -> item -> item.mutable() != wanted;
            default -> throw unknown(key);
        };
    }

    private static IllegalArgumentException unknown(String key) {
        return new IllegalArgumentException("there is no filter '" + key + "'; filters: until, "
                + String.join(", ", TEXTS) + ", " + String.join(", ", FLAGS));
    }
}
