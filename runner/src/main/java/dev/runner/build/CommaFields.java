package dev.runner.build;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code key=value,key=value} as {@code --output}, {@code --secret} and {@code --attest} take it: one line of
 * comma-separated values. A bare word has the value "", and a part in double quotes may have commas.
 */
public final class CommaFields {
    private CommaFields() {}

    public static Map<String, String> parse(String text) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String part : parts(text)) {
            int equals = part.indexOf('=');
            fields.put(
                    equals < 0 ? part.strip() : part.substring(0, equals).strip(),
                    equals < 0 ? "" : part.substring(equals + 1).strip());
        }
        return fields;
    }

    /** @throws IllegalArgumentException for a key that is not known, with those that are */
    static void known(String text, Map<String, String> fields, Set<String> known) {
        for (String key : fields.keySet()) {
            if (!known.contains(key)) {
                throw new IllegalArgumentException("'" + text + "' has an unknown key '" + key + "'; known are "
                        + String.join(", ", known.stream().sorted().toList()));
            }
        }
    }

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
