package dev.runner.build.bake;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one call of bake builds.
 *
 * @param targets by name, each after those that it uses as contexts
 * @param groups that were asked for, and {@code default} with all that was asked for
 */
public record BakePlan(Map<String, BakeTarget> targets, Map<String, BakeGroup> groups) {
    /** What stands before a path of the working folder. */
    private static final String CWD = "cwd://";

    public BakePlan {
        targets = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(targets));
        groups = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(groups));
    }

    /** All of it as a bake file in JSON, as {@code --print} shows it. */
    public String json() {
        return BakeJson.write(targets, groups);
    }

    /**
     * A target as the words of {@code runner build}. Links to other targets are left out: whoever builds gives their
     * results as contexts.
     *
     * @param root what the bake files' own repository was fetched into, which folders are then of, but for those written
     *     {@code cwd://}; null when the files are this machine's
     * @throws BakeException for what cannot be said to a build
     */
    public static List<String> words(BakeTarget target, @Nullable Path root) {
        List<String> words = new ArrayList<>();
        each(words, "--add-host", target.pairs(BakeAttribute.EXTRA_HOSTS), "=");
        each(words, "--allow", target.texts(BakeAttribute.ENTITLEMENTS));
        each(words, "--annotation", target.texts(BakeAttribute.ANNOTATIONS));
        entries(words, "--attest", BakeAttribute.ATTEST, target);
        each(words, "--build-arg", target.pairs(BakeAttribute.ARGS), "=");
        Map<String, String> contexts = new LinkedHashMap<>(target.pairs(BakeAttribute.CONTEXTS));
        contexts.keySet().removeAll(target.links().keySet());
        contexts.replaceAll((_, path) -> local(target, path, root));
        each(words, "--build-context", contexts, "=");
        entries(words, "--cache-from", BakeAttribute.CACHE_FROM, target);
        entries(words, "--cache-to", BakeAttribute.CACHE_TO, target);
        each(words, "--label", target.pairs(BakeAttribute.LABELS), "=");
        each(words, "--no-cache-filter", target.texts(BakeAttribute.NO_CACHE_FILTER));
        for (Map<String, String> output : target.entries(BakeAttribute.OUTPUT)) {
            if (!"cacheonly".equals(output.get("type"))) {
                words.add("--output=" + BakeEntries.text(BakeAttribute.OUTPUT, output));
            }
        }
        each(words, "--platform", target.texts(BakeAttribute.PLATFORMS));
        entries(words, "--secret", BakeAttribute.SECRET, target);
        entries(words, "--ssh", BakeAttribute.SSH, target);
        each(words, "--tag", target.texts(BakeAttribute.TAGS));
        each(words, "--ulimit", target.texts(BakeAttribute.ULIMITS));
        one(words, "--call", target.text(BakeAttribute.CALL));
        one(words, "--network", target.text(BakeAttribute.NETWORK));
        one(words, "--shm-size", target.text(BakeAttribute.SHM_SIZE));
        one(words, "--target", target.text(BakeAttribute.TARGET));
        if (target.flag(BakeAttribute.NO_CACHE)) {
            words.add("--no-cache");
        }
        if (target.flag(BakeAttribute.PULL)) {
            words.add("--pull");
        }
        String context = context(target, root);
        if (target.text(BakeAttribute.DOCKERFILE_INLINE) == null) {
            words.add("--file=" + dockerfile(context, target));
        }
        words.add("--");
        words.add(context);
        return words;
    }

    private static String context(BakeTarget target, @Nullable Path root) {
        String context = target.text(BakeAttribute.CONTEXT);
        if ("-".equals(context)) {
            throw new BakeException("target " + target.name() + ": context from stdin not allowed in bake");
        }
        return local(target, context == null ? "." : context, root);
    }

    private static String local(BakeTarget target, String path, @Nullable Path root) {
        if (path.startsWith(CWD)) {
            return here(path);
        }
        boolean elsewhere = path.contains("://") || path.startsWith("git@") || path.startsWith("target:");
        if (root == null || elsewhere) {
            return path.isEmpty() ? "." : path;
        }
        Path folder = root.resolve(path.replaceFirst("^/+", "")).normalize();
        if (!folder.startsWith(root)) {
            throw new BakeException("target " + target.name() + ": " + path + " leads out of the repository");
        }
        return folder.toString();
    }

    private static String here(String path) {
        String rest = path.substring(CWD.length());
        return rest.isEmpty() ? "." : rest;
    }

    /** Relative to the context, unless that is elsewhere. */
    private static String dockerfile(String context, BakeTarget target) {
        String file = target.text(BakeAttribute.DOCKERFILE);
        if ("-".equals(file)) {
            throw new BakeException("target " + target.name() + ": dockerfile from stdin not allowed in bake");
        }
        String named = file == null || file.isEmpty() ? "Dockerfile" : file;
        if (named.startsWith(CWD)) {
            return here(named);
        }
        boolean remote = context.contains("://") || context.startsWith("git@");
        return remote || named.startsWith("/") || context.equals(".") ? named : context + "/" + named;
    }

    private static void one(List<String> words, String flag, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            words.add(flag + "=" + value);
        }
    }

    private static void each(List<String> words, String flag, List<String> values) {
        values.forEach(value -> words.add(flag + "=" + value));
    }

    private static void each(List<String> words, String flag, Map<String, String> values, String between) {
        values.forEach((name, value) -> words.add(flag + "=" + name + between + value));
    }

    private static void entries(List<String> words, String flag, BakeAttribute attribute, BakeTarget target) {
        target.entries(attribute).forEach(entry -> words.add(flag + "=" + BakeEntries.text(attribute, entry)));
    }
}
