package dev.runner.cli;

import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Words of the command line as values; what is wrong with them is a {@link UsageException}. */
final class Arguments {
    private Arguments() {}

    static Reference reference(String text) {
        try {
            return Reference.parse(text);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    static Platform platform(String text) {
        try {
            return Platform.parse(text);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    /** Platforms given as several flags, with commas, or both. */
    static List<Platform> platforms(List<String> texts) {
        List<Platform> platforms = new ArrayList<>();
        for (String text : texts) {
            for (String one : text.split(",")) {
                platforms.add(platform(one.strip()));
            }
        }
        return platforms;
    }

    /** {@code NAME=VALUE} pairs; a bare {@code NAME} takes its value from the environment, and is left out if it has none. */
    static Map<String, String> pairs(String flag, List<String> texts, Map<String, String> environment) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String text : texts) {
            int equals = text.indexOf('=');
            String name = equals < 0 ? text : text.substring(0, equals);
            if (name.isEmpty()) {
                throw new UsageException(flag + " takes NAME=VALUE, not '" + text + "'");
            }
            String value = equals < 0 ? environment.get(name) : text.substring(equals + 1);
            if (value != null) {
                pairs.put(name, value);
            }
        }
        return pairs;
    }
}
