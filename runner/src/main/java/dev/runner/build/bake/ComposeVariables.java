package dev.runner.build.bake;

import dev.runner.secret.Dotenv;
import dev.runner.secret.SecretProblem;
import dev.runner.source.Diagnostics;
import dev.runner.source.Source;
import dev.runner.source.Span;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code $NAME} and {@code ${NAME:-default}} in compose files, from the command line, the environment, then {@code .env}.
 *
 * @see <a href="https://docs.docker.com/reference/compose-file/interpolation/">Compose interpolation</a>
 */
final class ComposeVariables {
    private final BakeInputs inputs;
    private final Diagnostics diagnostics;
    private final Map<String, String> fromFile = new HashMap<>();

    ComposeVariables(BakeInputs inputs, Diagnostics diagnostics) {
        this.inputs = inputs;
        this.diagnostics = diagnostics;
        Path file = Path.of(".env");
        if (Files.isRegularFile(file)) {
            List<SecretProblem> problems = new ArrayList<>();
            try {
                fromFile.putAll(Dotenv.read(file.toString(), Files.readString(file), problems));
            } catch (IOException e) {
                diagnostics.error(
                        Source.of(".env", "").all(),
                        "the file cannot be read: " + e.getMessage(),
                        "let it be readable");
            }
            problems.forEach(problem -> diagnostics.warning(
                    Source.of(".env", "").all(), problem.message(), "give the variable with --var"));
        }
    }

    @Nullable
    String find(String name) {
        String given = inputs.lookup(name);
        return given != null ? given : fromFile.get(name);
    }

    /** The text with all variables in place. */
    String expand(String text, Span at) {
        return text.indexOf('$') < 0 ? text : new Expansion(text, at).run();
    }

    /** One text on its way. */
    private final class Expansion {
        private final String text;
        private final Span at;
        private int next;

        Expansion(String text, Span at) {
            this.text = text;
            this.at = at;
        }

        String run() {
            StringBuilder out = new StringBuilder();
            while (next < text.length()) {
                char c = text.charAt(next);
                if (c != '$') {
                    out.append(c);
                    next++;
                } else if (text.startsWith("$$", next)) {
                    out.append('$');
                    next += 2;
                } else if (text.startsWith("${", next)) {
                    next += 2;
                    out.append(braces());
                } else {
                    next++;
                    String name = name();
                    if (name.isEmpty()) {
                        fault();
                    } else {
                        out.append(orEmpty(find(name)));
                    }
                }
            }
            return out.toString();
        }

        private String name() {
            int start = next;
            while (next < text.length()
                    && (Character.isLetterOrDigit(text.charAt(next)) || text.charAt(next) == '_')
                    && text.charAt(next) < 128) {
                next++;
            }
            return text.substring(start, next);
        }

        private String braces() {
            String name = name();
            int start = next;
            int depth = 1;
            while (next < text.length() && depth > 0) {
                if (text.startsWith("${", next)) {
                    depth++;
                    next++;
                } else if (text.charAt(next) == '}') {
                    depth--;
                }
                next++;
            }
            if (depth > 0 || name.isEmpty()) {
                fault();
                return "";
            }
            return chosen(name, text.substring(start, next - 1));
        }

        private String chosen(String name, String rest) {
            String value = find(name);
            boolean colon = rest.startsWith(":");
            String operator = rest.substring(colon ? 1 : 0);
            boolean there = colon ? value != null && !value.isEmpty() : value != null;
            if (operator.isEmpty()) {
                return orEmpty(value);
            }
            String word = new Expansion(operator.substring(1), at).run();
            switch (operator.charAt(0)) {
                case '-':
                    return there ? orEmpty(value) : word;
                case '+':
                    return there ? word : "";
                case '?':
                    if (!there) {
                        diagnostics.error(
                                at,
                                "the variable " + name + " is missing" + (word.isEmpty() ? "" : ": " + word),
                                "set it");
                    }
                    return orEmpty(value);
                default:
                    fault();
                    return "";
            }
        }

        private void fault() {
            diagnostics.error(at, "'" + text + "' is no text with variables", "write ${NAME}, or $$ for a dollar sign");
        }

        private static String orEmpty(@Nullable String value) {
            return value == null ? "" : value;
        }
    }
}
