package dev.runner.dockerfile;

import dev.runner.source.Diagnostics;
import dev.runner.source.NearNames;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The flags of one instruction, told apart by which are switches, which take a value and which may come again. */
final class Flags {
    private final Map<String, List<Token>> values = new LinkedHashMap<>();

    /**
     * Which flags an instruction knows.
     *
     * @param texts take a value
     * @param switches take none, {@code true} or {@code false}
     * @param lists take a value and may be repeated
     */
    record Known(Set<String> texts, Set<String> switches, Set<String> lists) {
        static final Known NONE = new Known(Set.of(), Set.of(), Set.of());

        private List<String> names() {
            List<String> names = new ArrayList<>();
            List.of(texts, switches, lists).forEach(set -> set.forEach(name -> names.add("--" + name)));
            names.sort(null);
            return names;
        }
    }

    private Flags() {}

    /** Reads what is right; every fault is reported at its flag. */
    static Flags read(Node node, Known known, Diagnostics diagnostics) {
        Flags flags = new Flags();
        for (Token token : node.flags()) {
            int equals = token.text().indexOf('=');
            String name = token.text().substring(2, equals < 0 ? token.text().length() : equals);
            String value = equals < 0 ? null : token.text().substring(equals + 1);
            String kept = flags.check(token, name, value, known, diagnostics);
            if (kept != null) {
                flags.values.computeIfAbsent(name, n -> new ArrayList<>()).add(new Token(kept, token.span()));
            }
        }
        return flags;
    }

    private @Nullable String check(
            Token token, String name, @Nullable String value, Known known, Diagnostics diagnostics) {
        boolean text = known.texts.contains(name);
        boolean list = known.lists.contains(name);
        if (!text && !list && !known.switches.contains(name)) {
            unknown(token, name, known, diagnostics);
            return null;
        }
        if (!list && values.containsKey(name)) {
            diagnostics.error(token.span(), "duplicate flag specified: --" + name, "keep one of them");
            return null;
        }
        if (text || list) {
            if (value == null) {
                diagnostics.error(token.span(), "missing a value on flag: --" + name, "write --" + name + "=VALUE");
            }
            return value;
        }
        String truth = value == null ? "true" : value.toLowerCase(Locale.ROOT);
        if (!truth.equals("true") && !truth.equals("false")) {
            diagnostics.error(token.span(), "expecting boolean value for flag --" + name + ", not: " + value, null);
            return null;
        }
        return truth;
    }

    private static void unknown(Token token, String name, Known known, Diagnostics diagnostics) {
        List<String> names = known.names();
        if (names.isEmpty()) {
            diagnostics.error(token.span(), "unknown flag: --" + name, "this instruction takes no flags");
            return;
        }
        String near = NearNames.nearest("--" + name, names);
        diagnostics.error(
                token.span(),
                "unknown flag: --" + name,
                near == null ? "known here: " + String.join(", ", names) : "did you mean " + near + "?");
    }

    /** The value, or null if it is absent or empty. */
    @Nullable
    String text(String name) {
        Token token = token(name);
        return token == null || token.text().isEmpty() ? null : token.text();
    }

    @Nullable
    Token token(String name) {
        List<Token> found = values.get(name);
        return found == null ? null : found.getFirst();
    }

    boolean isOn(String name) {
        return "true".equals(text(name));
    }

    /** Null if the flag is absent. */
    @Nullable
    Boolean truth(String name) {
        String text = text(name);
        return text == null ? null : Boolean.valueOf(text.equals("true"));
    }

    List<Token> all(String name) {
        return values.getOrDefault(name, List.of());
    }
}
