package dev.runner.step.action.metadata;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** Works out what tags the rules give on an occasion. */
final class TagNames {
    private static final Pattern WRITTEN = Pattern.compile("^/(.+)/(.*)$");

    private final Occasion occasion;
    private final Flavor flavor;
    private final Expressions expressions;
    private final Consumer<String> warnings;
    private final Set<String> names = new LinkedHashSet<>();
    private @Nullable Boolean latest;

    TagNames(Occasion occasion, Flavor flavor, Consumer<String> warnings) {
        this.occasion = occasion;
        this.flavor = flavor;
        this.expressions = new Expressions(occasion);
        this.warnings = warnings;
    }

    /**
     * The result.
     *
     * @param names the first one is the version; none when no rule held
     */
    record Result(List<String> names, boolean latest) {}

    Result of(List<TagRule> rules) {
        for (TagRule rule : rules) {
            String enabled = expressions.global(rule.get("enable"));
            if (Attributes.flag(enabled, "Invalid value for enable attribute: " + enabled)) {
                apply(rule);
            }
        }
        return new Result(new ArrayList<>(names), latest != null && latest);
    }

    private void apply(TagRule rule) {
        switch (rule.type()) {
            case SCHEDULE -> {
                if (occasion.event().contains("schedule")) {
                    put(expressions.dates(rule.get("pattern")), rule, false);
                }
            }
            case SEMVER -> semver(rule);
            case PEP440 -> pep440(rule);
            case MATCH -> match(rule);
            case EDGE -> edge(rule);
            case REF -> ref(rule);
            case RAW -> put(expressions.global(rule.get("value")), rule, false);
            case SHA -> {
                String sha = occasion.commit().sha();
                if (!sha.isEmpty()) {
                    put(rule.get("format").equals("short") ? occasion.commit().shortSha() : sha, rule, false);
                }
            }
        }
    }

    /** The rule's own value, else the repository's tag; null when there is neither. */
    private @Nullable String source(TagRule rule) {
        return rule.get("value").isEmpty() ? occasion.after("refs/tags/") : expressions.global(rule.get("value"));
    }

    /** The version to read; a part of the source where the rule has {@code match}. */
    private @Nullable String version(TagRule rule) {
        String source = source(rule);
        String wanted = rule.get("match");
        if (source != null && !wanted.isEmpty()) {
            Matcher match = compiled(wanted, "").matcher(source);
            if (!match.find()) {
                warnings.accept(wanted + " does not match " + source + ".");
            } else if (match.groupCount() < 1 || match.group(1) == null) {
                throw new MetadataException("match needs a group that says which part is the version: " + wanted);
            } else {
                source = match.group(1);
            }
        }
        return source == null ? null : source.replace('/', '-');
    }

    private void semver(TagRule rule) {
        String text = version(rule);
        if (text == null) {
            return;
        }
        Semver version = Semver.parse(text);
        if (version == null) {
            warnings.accept(text + " is not a valid semver. More info: https://semver.org/");
            return;
        }
        String pattern = rule.get("pattern");
        boolean whole = version.isPrerelease() && !HandlebarsText.isOnly(pattern, "raw");
        put(whole ? version.version() : Expressions.parts(pattern, version.names()), rule, !version.isPrerelease());
    }

    private void pep440(TagRule rule) {
        String text = version(rule);
        if (text == null) {
            return;
        }
        Pep440 version = Pep440.parse(text);
        if (version == null) {
            warnings.accept(text + " does not conform to PEP 440. More info: https://peps.python.org/pep-0440/");
            return;
        }
        String pattern = rule.get("pattern");
        if (version.special()) {
            put(HandlebarsText.isOnly(pattern, "raw") ? text : version.version(), rule, false);
        } else {
            put(Expressions.parts(pattern, version.names()), rule, true);
        }
    }

    private void match(TagRule rule) {
        String source = source(rule);
        if (source == null) {
            return;
        }
        String pattern = rule.get("pattern");
        Matcher written = WRITTEN.matcher(pattern);
        Matcher match = (written.matches() ? compiled(written.group(1), written.group(2)) : compiled(pattern, ""))
                .matcher(source);
        if (!match.find()) {
            warnings.accept(pattern + " does not match " + source + ".");
            return;
        }
        int group = Integer.parseInt(rule.get("group"));
        String value = group > match.groupCount() ? null : match.group(group);
        if (value == null) {
            warnings.accept("Group " + group + " does not exist for " + pattern + " pattern.");
            return;
        }
        put(value, rule, true);
    }

    private static Pattern compiled(String pattern, String letters) {
        int flags = 0;
        for (char letter : letters.toCharArray()) {
            flags |= switch (letter) {
                case 'i' -> Pattern.CASE_INSENSITIVE;
                case 'm' -> Pattern.MULTILINE;
                case 's' -> Pattern.DOTALL;
                case 'u', 'v' -> Pattern.UNICODE_CASE;
                case 'g', 'y', 'd' -> 0;
                default -> throw new MetadataException("Invalid flags in /" + pattern + "/" + letters);
            };
        }
        try {
            return Pattern.compile(pattern, flags);
        } catch (PatternSyntaxException e) {
            throw new MetadataException("Invalid regular expression: /" + pattern + "/: " + e.getDescription());
        }
    }

    private void edge(TagRule rule) {
        String wanted = rule.get("branch").isEmpty() ? occasion.repository().defaultBranch() : rule.get("branch");
        if (wanted.equals(occasion.after("refs/heads/"))) {
            put("edge", rule, false);
        }
    }

    private void ref(TagRule rule) {
        String name = switch (rule.get("event")) {
            case "branch" -> occasion.after("refs/heads/");
            case "tag" -> occasion.after("refs/tags/");
            default -> occasion.after("refs/pull/");
        };
        if (name != null) {
            boolean pull = rule.get("event").equals("pr");
            put(
                    pull ? name.replaceFirst("/merge$", "") : name,
                    rule,
                    rule.get("event").equals("tag"));
        }
    }

    private void put(String value, TagRule rule, boolean automaticLatest) {
        String prefix = expressions.global(
                rule.has("prefix") ? rule.get("prefix") : flavor.prefix().text());
        String suffix = expressions.global(
                rule.has("suffix") ? rule.get("suffix") : flavor.suffix().text());
        String name = prefix + value + suffix;
        if (!name.isEmpty()) {
            names.add(cleaned(name));
            // The first rule that gives a tag decides, as it decides the version.
            latest = latest == null ? Boolean.valueOf(flavor.latest().or(automaticLatest)) : latest;
        }
    }

    /** What no tag may have becomes a hyphen. */
    static String cleaned(String name) {
        return name.replaceAll("[^a-zA-Z0-9._-]+", "-");
    }
}
