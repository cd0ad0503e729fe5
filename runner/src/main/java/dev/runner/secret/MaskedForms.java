package dev.runner.secret;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The texts in which a secret value may show up: itself, its lines, and what common encoders make of it. Each form is
 * without the quotes around it.
 */
final class MaskedForms {
    /**
     * Lines of one or two letters, as the braces of a secret that is JSON, tell nothing and stand in every text; GitHub masks
     * them, to the harm of logs. A secret that is as short as a whole is masked.
     */
    private static final int SHORTEST_LINE = 3;
    /** Shorter pieces of base64 would stand in many innocent words. */
    private static final int SHORTEST_BASE64 = 4;
    /** Line lengths of base64(1) and MIME, and of PEM. */
    private static final int[] BASE64_LINES = {76, 64};

    private final Set<String> forms = new LinkedHashSet<>();

    private MaskedForms() {}

    /** All forms of a value; none for a value that is empty or white space. */
    static Set<String> of(String value) {
        MaskedForms forms = new MaskedForms();
        if (!value.isBlank()) {
            forms.addText(value);
            forms.addBase64(value);
            if (value.lines().count() > 1 || !value.equals(value.strip())) {
                value.lines().forEach(forms::addLine);
            }
        }
        return forms.forms;
    }

    private void addLine(String line) {
        if (line.strip().length() >= SHORTEST_LINE) {
            addText(line);
            addText(line.strip());
        }
    }

    private void addText(String text) {
        add(text);
        addUri(text);
        addJson(text);
        addXml(text);
        addShell(text);
    }

    private void addUri(String text) {
        String form = URLEncoder.encode(text, StandardCharsets.UTF_8);
        String strict = form.replace("+", "%20").replace("*", "%2A").replace("%7E", "~");
        String component = strict.replace("%21", "!")
                .replace("%27", "'")
                .replace("%28", "(")
                .replace("%29", ")")
                .replace("%2A", "*");
        for (String encoded : new String[] {form, strict, component}) {
            add(encoded);
            add(lowerCaseEscapes(encoded));
        }
    }

    private static String lowerCaseEscapes(String encoded) {
        StringBuilder lower = new StringBuilder(encoded);
        for (int i = 0; i + 2 < encoded.length(); i++) {
            if (encoded.charAt(i) == '%') {
                lower.setCharAt(i + 1, Character.toLowerCase(encoded.charAt(i + 1)));
                lower.setCharAt(i + 2, Character.toLowerCase(encoded.charAt(i + 2)));
            }
        }
        return lower.toString();
    }

    /** Plain, with escaped slashes, safe for HTML as Go writes it, in ASCII alone, and JSON inside of JSON. */
    private void addJson(String text) {
        String json = map(text, MaskedForms::jsonEscape);
        add(json);
        add(json.replace("/", "\\/"));
        add(map(json, c -> c == '<' || c == '>' || c == '&' ? unicodeEscape(c) : null));
        String ascii = map(json, c -> c > '~' ? unicodeEscape(c) : null);
        add(ascii);
        add(map(json, c -> c > '~' ? "\\u" + String.format("%04X", c) : null));
        add(map(json, MaskedForms::jsonEscape));
    }

    private static @Nullable String jsonEscape(int c) {
        return switch (c) {
            case '"' -> "\\\"";
            case '\\' -> "\\\\";
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            case '\b' -> "\\b";
            case '\f' -> "\\f";
            default -> c < ' ' ? unicodeEscape(c) : null;
        };
    }

    private static String unicodeEscape(int c) {
        return String.format("\\u%04x", c);
    }

    /** Elements escape three characters; attributes also quotes, by name or, as Go and Python do, by number. */
    private void addXml(String text) {
        String element = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
        add(element);
        add(element.replace("\"", "&quot;"));
        add(element.replace("\"", "&quot;").replace("'", "&apos;"));
        add(element.replace("\"", "&quot;").replace("'", "&#39;"));
        add(element.replace("\"", "&quot;").replace("'", "&#x27;"));
        add(element.replace("\"", "&#34;").replace("'", "&#39;"));
    }

    /** In single quotes two ways, in double quotes, behind backslashes, and as {@code $'…'}. */
    private void addShell(String text) {
        add(text.replace("'", "'\\''"));
        add(text.replace("'", "'\"'\"'"));
        add(map(text, c -> "\"\\$`".indexOf(c) >= 0 ? "\\" + (char) c : null));
        add(map(text, c -> "\"\\$`!".indexOf(c) >= 0 ? "\\" + (char) c : null));
        add(map(text, c -> isShellSafe(c) ? null : "\\" + (char) c));
        add(text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\t", "\\t"));
    }

    private static boolean isShellSafe(int c) {
        return Character.isLetterOrDigit(c) || c > '~' || c == '\n' || "%+-./:=@_,".indexOf(c) >= 0;
    }

    /**
     * Base64 of a text that holds the value somewhere: three bytes make four characters, so the value shows in one of
     * three ways, by how many bytes stand before it. Characters that its neighbours have a share in are left out. The
     * encoding of the value alone is added whole, and cut in lines.
     */
    private void addBase64(String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        for (Base64.Encoder encoder : new Base64.Encoder[] {Base64.getEncoder(), Base64.getUrlEncoder()}) {
            String whole = encoder.encodeToString(bytes);
            addIfLong(whole);
            addIfLong(whole.replace("=", ""));
            for (int length : BASE64_LINES) {
                for (int i = 0; whole.length() > length && i < whole.length(); i += length) {
                    addIfLong(whole.substring(i, Math.min(i + length, whole.length())));
                }
            }
            for (int before = 0; before < 3; before++) {
                byte[] shifted = new byte[before + bytes.length];
                System.arraycopy(bytes, 0, shifted, before, bytes.length);
                int from = (before * 8 + 5) / 6;
                int to = shifted.length * 8 / 6;
                addIfLong(encoder.encodeToString(shifted).substring(from, Math.max(from, to)));
            }
        }
    }

    private void addIfLong(String encoded) {
        if (encoded.length() >= SHORTEST_BASE64) {
            add(encoded);
        }
    }

    private void add(String form) {
        if (!form.isBlank()) {
            forms.add(form);
        }
    }

    /** Replaces characters; null keeps one. */
    private static String map(String text, IntFunction<@Nullable String> escape) {
        StringBuilder mapped = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            String escaped = escape.apply(text.charAt(i));
            if (escaped == null) {
                mapped.append(text.charAt(i));
            } else {
                mapped.append(escaped);
            }
        }
        return mapped.toString();
    }
}
