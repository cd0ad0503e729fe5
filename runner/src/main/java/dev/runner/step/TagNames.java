package dev.runner.step;

import dev.runner.expression.Value;
import dev.runner.pipeline.TagRule;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What tags rules give for a commit. Besides the words of {@link TagRule} there are patterns such as
 * {@code semver:{{major}}.{{minor}}}, which docker/metadata-action knows, too.
 */
final class TagNames {
    private static final int LONGEST = 128;
    private static final Pattern VERSION = Pattern.compile(
            "v?(?<major>0|[1-9]\\d*)\\.(?<minor>0|[1-9]\\d*)\\.(?<patch>0|[1-9]\\d*)(?:-(?<pre>[0-9A-Za-z.-]+))?(?:\\+[0-9A-Za-z.-]+)?");
    private static final Pattern FIELD = Pattern.compile("\\{\\{\\s*(\\w+)\\s*}}");

    private final Value.@Nullable Obj commit;

    TagNames(@Nullable Value commit) {
        this.commit = commit instanceof Value.Obj found ? found : null;
    }

    /** The tags of all rules, without repetitions, in order. */
    Set<String> of(List<String> rules) {
        Set<String> tags = new LinkedHashSet<>();
        for (String rule : rules) {
            String tag = tag(rule);
            if (!tag.isEmpty()) {
                tags.add(tag);
            }
        }
        return tags;
    }

    private String tag(String text) {
        if (text.contains("{{")) {
            String pattern = text.startsWith("semver:") ? text.substring("semver:".length()) : text;
            return cleaned(versioned(pattern));
        }
        TagRule rule = TagRule.tryParse(text);
        return switch (rule) {
            case null ->
                throw new BadStepException(
                        "'" + text + "' is no rule and no legal tag",
                        "write " + String.join(", ", TagRule.WORDS)
                                + ", semver:{{major}}.{{minor}}, or up to 128 letters, digits, '_', '.' and '-'");
            case TagRule.Sha _ -> cleaned(need("sha"));
            case TagRule.ShaShort _ -> cleaned(need("short"));
            case TagRule.Branch _ -> cleaned(field("branch"));
            case TagRule.GitTag _ -> cleaned(field("tag"));
            case TagRule.Semver(TagRule.Precision precision) ->
                cleaned(versioned(
                        switch (precision) {
                            case FULL -> "{{version}}";
                            case MINOR -> "{{major}}.{{minor}}";
                            case MAJOR -> "{{major}}";
                        }));
            case TagRule.Latest _ -> "latest";
            case TagRule.Literal(String tag) -> tag;
        };
    }

    private String field(String name) {
        Value value = commit == null ? null : commit.get(name);
        return value == null ? "" : value.text();
    }

    private String need(String name) {
        String value = field(name);
        if (value.isEmpty()) {
            throw new BadStepException("no commit is known to name a tag after", "put a checkout step before this one");
        }
        return value;
    }

    /** A pre-release gives only what holds its whole version, so that 1.2 never moves to a release candidate. */
    private String versioned(String pattern) {
        String raw = field("tag");
        Matcher version = VERSION.matcher(raw);
        if (!version.matches()) {
            return "";
        }
        boolean pre = version.group("pre") != null;
        StringBuilder tag = new StringBuilder();
        Matcher field = FIELD.matcher(pattern);
        boolean whole = false;
        while (field.find()) {
            String name = field.group(1);
            whole |= name.equals("version") || name.equals("raw");
            String value = switch (name) {
                case "version" -> raw.startsWith("v") ? raw.substring(1) : raw;
                case "raw" -> raw;
                case "major", "minor", "patch" -> version.group(name);
                default ->
                    throw new BadStepException(
                            "'" + pattern + "' has {{" + name + "}}",
                            "write {{version}}, {{major}}, {{minor}}, {{patch}} or {{raw}}");
            };
            field.appendReplacement(tag, Matcher.quoteReplacement(value));
        }
        field.appendTail(tag);
        return pre && !whole ? "" : tag.toString();
    }

    /** A legal tag for a name: what may not be there becomes a hyphen; the empty text stays empty. */
    static String cleaned(String name) {
        String tag = name.replaceAll("[^A-Za-z0-9_.-]+", "-").replaceFirst("^[.-]+", "");
        return tag.length() > LONGEST ? tag.substring(0, LONGEST) : tag;
    }
}
