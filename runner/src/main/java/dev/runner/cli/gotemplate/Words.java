package dev.runner.cli.gotemplate;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The words of one action; those that hang together with the one before are marked. */
final class Words {
    private final List<String> all = new ArrayList<>();
    private final List<Boolean> joined = new ArrayList<>();
    private int at;

    Words(String action, Function<String, TemplateException> fault) {
        int i = 0;
        boolean space = true;
        while (i < action.length()) {
            if (Character.isWhitespace(action.charAt(i))) {
                space = true;
                i++;
                continue;
            }
            int end = end(action, i, fault);
            all.add(action.substring(i, end));
            joined.add(!space);
            space = false;
            i = end;
        }
    }

    private static int end(String text, int from, Function<String, TemplateException> fault) {
        char c = text.charAt(from);
        if (c == '"' || c == '\'' || c == '`') {
            int i = from + 1;
            while (text.charAt(i) != c) {
                i += c != '`' && text.charAt(i) == '\\' ? 2 : 1;
            }
            return i + 1;
        }
        if (text.startsWith(":=", from)) {
            return from + 2;
        }
        if ("|(),=".indexOf(c) >= 0) {
            return from + 1;
        }
        int i = from + 1;
        boolean fields = c == '.';
        boolean number = Character.isDigit(c) || (c == '-' || c == '+') && i < text.length();
        while (i < text.length()) {
            char next = text.charAt(i);
            boolean part = Character.isLetterOrDigit(next) || next == '_' || next == '.' && (fields || number);
            if (!part) {
                break;
            }
            i++;
        }
        boolean word = Character.isLetterOrDigit(c) || "._$-+".indexOf(c) >= 0;
        if (!word) {
            throw fault.apply("unexpected \"" + c + "\" in command");
        }
        return i;
    }

    /** The next word; empty at the end. */
    String peek() {
        return at < all.size() ? all.get(at) : "";
    }

    /** The next word as messages show it. */
    String shown() {
        return peek().startsWith("\"") || peek().startsWith("`") ? peek() : "\"" + peek() + "\"";
    }

    /** Whether nothing stands between the next word and the one before. */
    boolean joined() {
        return at < all.size() && joined.get(at);
    }

    String next() {
        String word = peek();
        at++;
        return word;
    }

    boolean accept(String word) {
        if (peek().equals(word)) {
            at++;
            return true;
        }
        return false;
    }

    int mark() {
        return at;
    }

    void reset(int mark) {
        at = mark;
    }
}
