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

    /**
     * {@code key=value,key=value} as in {@code --secret} and {@code --output}; a bare word has the value "", and a part in
     * double quotes may have commas.
     */
    static Map<String, String> fields(String text) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String part : parts(text)) {
            int equals = part.indexOf('=');
            fields.put(
                    equals < 0 ? part.strip() : part.substring(0, equals).strip(),
                    equals < 0 ? "" : part.substring(equals + 1));
        }
        return fields;
    }

    /** One line of comma-separated values. */
    private static List<String> parts(String text) {
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean doubled = quoted && c == '"' && i + 1 < text.length() && text.charAt(i + 1) == '"';
            if (doubled) {
                part.append(c);
                i++;
            } else if (c == '"' && (quoted || part.isEmpty())) {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                parts.add(part.toString());
                part.setLength(0);
            } else {
                part.append(c);
            }
        }
        parts.add(part.toString());
        return parts;
    }
}
