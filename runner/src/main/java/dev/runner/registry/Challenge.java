package dev.runner.registry;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One way in that a registry offers with a 401.
 *
 * @param scheme lower case: {@code bearer}, {@code basic}
 * @param parameters by lower-case name
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1">RFC 9110, WWW-Authenticate</a>
 */
record Challenge(String scheme, Map<String, String> parameters) {
    Challenge {
        parameters = Map.copyOf(parameters);
    }

    String parameter(String name) {
        return parameters.getOrDefault(name, "");
    }

    /**
     * Reads all {@code WWW-Authenticate} headers; each may hold several challenges. What cannot be read is left out: a
     * registry may offer ways that we do not know.
     */
    static List<Challenge> parse(List<String> headers) {
        List<Challenge> challenges = new ArrayList<>();
        headers.forEach(header -> new Reader(header).read(challenges));
        return challenges;
    }

    /**
     * Reads one header. The grammar is ambiguous at a comma: what follows is a parameter of the same challenge if an
     * equals sign follows its first word, and the scheme of the next challenge if not.
     */
    private static final class Reader {
        private final String text;
        private int at;

        Reader(String text) {
            this.text = text;
        }

        void read(List<Challenge> challenges) {
            skipSeparators();
            while (at < text.length()) {
                String scheme = word();
                if (scheme.isEmpty()) {
                    return;
                }
                Map<String, String> parameters = new LinkedHashMap<>();
                skipSeparators();
                for (String name = parameterName(); !name.isEmpty(); name = parameterName()) {
                    parameters.put(name.toLowerCase(Locale.ROOT), value());
                    skipSeparators();
                }
                challenges.add(new Challenge(scheme.toLowerCase(Locale.ROOT), parameters));
            }
        }

        /** The name of a parameter with its equals sign behind us, or nothing and no step. */
        private String parameterName() {
            int start = at;
            String name = word();
            skipSpaces();
            if (!name.isEmpty() && at < text.length() && text.charAt(at) == '=') {
                at++;
                skipSpaces();
                return name;
            }
            at = start;
            return "";
        }

        private String value() {
            if (at >= text.length() || text.charAt(at) != '"') {
                int start = at;
                while (at < text.length() && ", \t".indexOf(text.charAt(at)) < 0) {
                    at++;
                }
                return text.substring(start, at);
            }
            StringBuilder value = new StringBuilder();
            for (at++; at < text.length() && text.charAt(at) != '"'; at++) {
                if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                    at++;
                }
                value.append(text.charAt(at));
            }
            at++;
            return value.toString();
        }

        private String word() {
            int start = at;
            while (at < text.length() && ", \t=\"".indexOf(text.charAt(at)) < 0) {
                at++;
            }
            return text.substring(start, at);
        }

        private void skipSpaces() {
            while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
                at++;
            }
        }

        private void skipSeparators() {
            while (at < text.length() && ", \t".indexOf(text.charAt(at)) >= 0) {
                at++;
            }
        }
    }
}
