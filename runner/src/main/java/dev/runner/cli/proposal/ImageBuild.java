package dev.runner.cli.proposal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * One image to build. All texts are as the native language has them, expressions included.
 *
 * @param name what the job is called after
 * @param platforms empty for the pipeline's
 * @param repositories where it goes, without tags; empty for the project's own place
 * @param tags rules or literal tags, as the step {@code publish} takes them; empty for the usual ones
 */
record ImageBuild(String name, Recipe recipe, List<String> platforms, List<String> repositories, List<String> tags) {
    ImageBuild {
        platforms = List.copyOf(platforms);
        repositories = List.copyOf(repositories);
        tags = List.copyOf(tags);
    }

    /**
     * What goes into the step {@code build}.
     *
     * @param file relative to the repository, as {@code -f} takes it; empty for the context's Dockerfile
     * @param secrets ids with their values
     */
    record Recipe(
            String context,
            String file,
            String target,
            Map<String, String> args,
            Map<String, String> secrets,
            List<String> cacheFrom,
            List<String> cacheTo) {
        Recipe {
            args = Map.copyOf(args);
            secrets = Map.copyOf(secrets);
            cacheFrom = List.copyOf(cacheFrom);
            cacheTo = List.copyOf(cacheTo);
        }

        static Recipe of(String context, String file) {
            return new Recipe(context, file, "", Map.of(), Map.of(), List.of(), List.of());
        }
    }

    ImageBuild named(String other) {
        return new ImageBuild(other, recipe, platforms, repositories, tags);
    }

    ImageBuild to(List<String> others) {
        return new ImageBuild(name, recipe, platforms, others, tags);
    }

    /**
     * The same, pushed under further names.
     *
     * @param names with tags, as {@code docker tag} takes them
     */
    ImageBuild under(List<String> names) {
        List<String> places = new ArrayList<>(repositories);
        List<String> rules = new ArrayList<>(tags);
        for (String each : names) {
            Name parsed = Name.of(each);
            add(places, parsed.repository());
            parsed.rules().forEach(rule -> add(rules, rule));
        }
        return new ImageBuild(name, recipe, platforms, places, rules);
    }

    private static void add(List<String> all, String one) {
        if (!one.isEmpty() && !all.contains(one)) {
            all.add(one);
        }
    }

    /** An image's name in two parts. */
    record Name(String repository, String tag) {
        /** What a branch or tag is called, whichever it is that was pushed. */
        static final String REF = "${{ commit.tag || commit.branch }}";

        private static final Pattern EXPRESSION = Pattern.compile("\\$\\{\\{.*?}}");

        static Name of(String name) {
            int colon = EXPRESSION
                    .matcher(name)
                    .replaceAll(match -> "x".repeat(match.group().length()))
                    .lastIndexOf(':');
            return colon > name.lastIndexOf('/')
                    ? new Name(name.substring(0, colon), name.substring(colon + 1))
                    : new Name(name, "latest");
        }

        /** The tag as rules of {@code publish}. */
        List<String> rules() {
            return tag.equals(REF) ? List.of("branch", "tag") : List.of(rule(tag));
        }

        static String rule(String tag) {
            return switch (tag) {
                case "${{ commit.sha }}" -> "sha";
                case "${{ commit.short }}" -> "sha-short";
                case "${{ commit.branch }}" -> "branch";
                case "${{ commit.tag }}" -> "tag";
                case "sha", "sha-short", "branch", "tag", "semver", "semver-minor", "semver-major" -> "literal:" + tag;
                default -> tag;
            };
        }
    }
}
