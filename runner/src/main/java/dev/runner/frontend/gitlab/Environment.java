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

    /** The job that {@code on_stop} names is there, stops, and is about the same environment. */
    static void checkStops(Configuration configuration, Faults faults) {
        configuration.jobs().forEach((name, field) -> {
            Node.Fields job = (Node.Fields) field.value();
            Node at = job.present("environment") instanceof Node.Fields entry ? entry.present("on_stop") : null;
            String stop = Node.textOf(at);
            if (at == null || stop == null) {
                return;
            }
            String fault = fault(job, configuration.jobs().get(stop));
            if (fault != null) {
                faults.error(at.span(), name + " job: on_stop job " + stop + fault);
            }
        });
    }

    private static @Nullable String fault(Node.Fields job, Node.@Nullable Field stop) {
        if (stop == null) {
            return " is not defined";
        }
        Node place = ((Node.Fields) stop.value()).present("environment");
        if (place == null) {
            return " does not have environment defined";
        }
        if (!java.util.Objects.equals(name(place), name(job.present("environment")))) {
            return " have different environment name";
        }
        String action = place instanceof Node.Fields fields ? Node.textOf(fields.get("action")) : null;
        return "stop".equals(action) ? null : " needs to have action stop defined";
    }

    private static @Nullable String name(@Nullable Node place) {
        return place instanceof Node.Fields fields ? Node.textOf(fields.get("name")) : Node.textOf(place);
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
