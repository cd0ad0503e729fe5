package dev.runner.cli.gotemplate;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a template: text, and between <code>{{</code> and <code>}}</code> actions. */
final class Parser {
    private final String source;
    private final String name;
    private int at;
    private @Nullable Words words;
    private @Nullable String ended;

    Parser(String source, String name) {
        this.source = source;
        this.name = name;
    }

    List<Node> parse() {
        return list(Set.of());
    }

    /** Nodes up to one of some keywords, which is left in {@link #ended}. */
    private List<Node> list(Set<String> ends) {
        List<Node> nodes = new ArrayList<>();
        while (at < source.length()) {
            int open = source.indexOf("{{", at);
            String text = source.substring(at, open < 0 ? source.length() : open);
            boolean trimsBefore = open >= 0 && source.startsWith("{{- ", open);
            if (!text.isEmpty()) {
                nodes.add(new Node.Text(trimsBefore ? text.stripTrailing() : text));
            }
            if (open < 0) {
                at = source.length();
                break;
            }
            String action = action(open + (trimsBefore ? 3 : 2));
            if (action.startsWith("/*")) {
                continue;
            }
            Words tokens = new Words(action, this::fault);
            words = tokens;
            String keyword = tokens.peek();
            if (ends.contains(keyword)) {
                ended = keyword;
                return nodes;
            }
            nodes.add(node(tokens, keyword));
        }
        if (!ends.isEmpty()) {
            throw fault("unexpected EOF");
        }
        return nodes;
    }

    /** The text of an action; goes on behind it. */
    private String action(int start) {
        int i = source.startsWith("/*", start) ? Math.max(start, source.indexOf("*/", start)) : start;
        while (i < source.length() && !source.startsWith("}}", i)) {
            char c = source.charAt(i);
            i = c == '"' || c == '`' || c == '\'' ? quoted(i, c) : i + 1;
        }
        if (i >= source.length()) {
            throw fault("unclosed action");
        }
        String text = source.substring(start, i);
        at = i + 2;
        if (text.endsWith(" -")) {
            text = text.substring(0, text.length() - 2);
            while (at < source.length() && Character.isWhitespace(source.charAt(at))) {
                at++;
            }
        }
        return text.strip();
    }

    private int quoted(int from, char quote) {
        int i = from + 1;
        while (i < source.length() && source.charAt(i) != quote) {
            i += quote != '`' && source.charAt(i) == '\\' ? 2 : 1;
        }
        if (i >= source.length()) {
            throw fault(quote == '`' ? "unterminated raw quoted string" : "unterminated quoted string");
        }
        return i + 1;
    }

    private Node node(Words tokens, String keyword) {
        switch (keyword) {
            case "if" -> {
                tokens.next();
                Node.Pipeline condition = whole(tokens);
                List<Node> then = list(Set.of("else", "end"));
                return new Node.If(condition, then, otherwise());
            }
            case "range" -> {
                tokens.next();
                Node.Pipeline over = whole(tokens);
                List<Node> body = list(Set.of("else", "end"));
                return new Node.Range(over, body, otherwise());
            }
            case "with" -> {
                tokens.next();
                Node.Pipeline value = whole(tokens);
                List<Node> then = list(Set.of("else", "end"));
                return new Node.With(value, then, otherwise());
            }
            case "break", "continue" -> {
                return new Node.Leave(keyword.equals("break"));
            }
            case "else", "end" -> throw fault("unexpected {{" + keyword + "}}");
            case "define", "template", "block" ->
                throw fault("{{" + keyword + "}}: templates within templates are not known here");
            case "" -> throw fault("missing value for command");
            default -> {
                return new Node.Print(whole(tokens));
            }
        }
    }

    private List<Node> otherwise() {
        if (!"else".equals(ended)) {
            return List.of();
        }
        Words tokens = words == null ? new Words("", this::fault) : words;
        tokens.next();
        String chained = tokens.peek();
        if (chained.equals("if") || chained.equals("with")) {
            return List.of(node(tokens, chained));
        }
        return list(Set.of("end"));
    }

    private Node.Pipeline whole(Words tokens) {
        Node.Pipeline pipeline = pipeline(tokens);
        if (!tokens.peek().isEmpty()) {
            throw fault("unexpected " + tokens.shown() + " in operand");
        }
        return pipeline;
    }

    private Node.Pipeline pipeline(Words tokens) {
        List<String> variables = new ArrayList<>();
        boolean declares = false;
        int mark = tokens.mark();
        while (tokens.peek().startsWith("$")) {
            variables.add(tokens.next());
            if (tokens.peek().equals(",")) {
                tokens.next();
                continue;
            }
            break;
        }
        if (!variables.isEmpty() && (tokens.peek().equals(":=") || tokens.peek().equals("="))) {
            declares = tokens.next().equals(":=");
        } else {
            variables.clear();
            tokens.reset(mark);
        }
        List<Node.Command> commands = new ArrayList<>();
        do {
            commands.add(command(tokens));
        } while (tokens.accept("|"));
        return new Node.Pipeline(variables, declares, commands);
    }

    private Node.Command command(Words tokens) {
        List<Node.Operand> operands = new ArrayList<>();
        while (!Set.of("", "|", ")").contains(tokens.peek())) {
            operands.add(operand(tokens));
        }
        if (operands.isEmpty()) {
            throw fault("missing value for command");
        }
        return new Node.Command(operands);
    }

    private Node.Operand operand(Words tokens) {
        String word = tokens.next();
        Node.Operand operand;
        char first = word.charAt(0);
        if (word.equals("(")) {
            Node.Pipeline inner = pipeline(tokens);
            if (!tokens.accept(")")) {
                throw fault("unclosed left paren");
            }
            operand = new Node.Group(inner, "(…)");
        } else if (first == '"' || first == '`' || first == '\'') {
            operand = new Node.Literal(Literals.text(word), word);
        } else if (first == '.') {
            operand = new Node.Fields(null, names(word), word);
        } else if (first == '$') {
            operand = new Node.Variable(word);
        } else if (Character.isDigit(first) || first == '-' || first == '+') {
            operand = new Node.Literal(number(word), word);
        } else {
            operand = switch (word) {
                case "true" -> new Node.Literal(true, word);
                case "false" -> new Node.Literal(false, word);
                case "nil" -> new Node.Literal(null, word);
                default -> function(word);
            };
        }
        if (tokens.joined() && tokens.peek().startsWith(".")) {
            String fields = tokens.next();
            operand = new Node.Fields(operand, names(fields), operand.text() + fields);
        }
        return operand;
    }

    private Node.Operand function(String word) {
        if (!Functions.isKnown(word)) {
            throw Character.isLetter(word.charAt(0)) || word.charAt(0) == '_'
                    ? fault("function \"" + word + "\" not defined")
                    : fault("unexpected \"" + word + "\" in command");
        }
        return new Node.Function(word);
    }

    private static List<String> names(String fields) {
        return fields.equals(".") ? List.of() : List.of(fields.substring(1).split("\\."));
    }

    private Object number(String word) {
        try {
            return Long.decode(word);
        } catch (NumberFormatException e) {
            try {
                return Double.valueOf(word);
            } catch (NumberFormatException bad) {
                throw fault("bad number syntax: \"" + word + "\"");
            }
        }
    }

    private TemplateException fault(String message) {
        long line = 1
                + source.substring(0, Math.min(at, source.length()))
                        .chars()
                        .filter(c -> c == '\n')
                        .count();
        return TemplateException.syntax("template: " + name + ":" + line + ": " + message);
    }
}
