package dev.runner.frontend.gitlab;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The variables of the environment that a job deploys to. */
final class Environment {
    private static final int LONGEST = 24;
    private static final Pattern PRODUCTION = Pattern.compile("(?i)prod|live");
    private static final Pattern STAGING = Pattern.compile("(?i)(stg|stag|pre|model|demo|non|non-?prod)");
    private static final Pattern TESTING = Pattern.compile("(?i)(test|tst|int|ac(ce|)pt|qa|qc|control|quality|uat)");
    private static final Pattern DEVELOPMENT = Pattern.compile("(?i)(dev|review|trunk)");

    private Environment() {}

    static void put(@Nullable Node written, Variables variables) {
        Node.Fields fields = written instanceof Node.Fields entry ? entry : null;
        String name = fields == null ? Node.textOf(written) : Node.textOf(fields.get("name"));
        if (name == null) {
            return;
        }
        String full = Expansion.expandDeep(name, variables.asMap());
        variables.put("CI_ENVIRONMENT_NAME", full);
        variables.put("CI_ENVIRONMENT_SLUG", slug(full));
        variables.put("CI_ENVIRONMENT_ID", "1");
        String action = fields == null ? null : Node.textOf(fields.get("action"));
        variables.put("CI_ENVIRONMENT_ACTION", action == null ? "start" : action);
        String tier = fields == null ? null : Node.textOf(fields.get("deployment_tier"));
        variables.put("CI_ENVIRONMENT_TIER", tier == null ? tier(full) : tier);
        String url = fields == null ? null : Node.textOf(fields.get("url"));
        if (url != null) {
            variables.put("CI_ENVIRONMENT_URL", url);
        }
    }

    private static String tier(String name) {
        if (DEVELOPMENT.matcher(name).find()) {
            return "development";
        }
        if (TESTING.matcher(name).find()) {
            return "testing";
        }
        if (STAGING.matcher(name).find()) {
            return "staging";
        }
        return PRODUCTION.matcher(name).find() ? "production" : "other";
    }

    /** At most 24 characters that begin with a letter; a name that had to change gets six characters of its digest. */
    static String slug(String name) {
        String slug = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "-");
        slug = slug.matches("[a-z].*") ? slug : "env-" + slug;
        slug = slug.replaceAll("-+", "-");
        if (slug.length() <= LONGEST && slug.equals(name)) {
            return slug.replaceFirst("-$", "");
        }
        slug = slug.substring(0, Math.min(slug.length(), LONGEST - 7));
        return (slug.endsWith("-") ? slug : slug + "-") + suffix(name);
    }

    private static String suffix(String name) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
            String text = new BigInteger(1, digest).toString(36);
            return text.substring(Math.max(0, text.length() - 6));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
