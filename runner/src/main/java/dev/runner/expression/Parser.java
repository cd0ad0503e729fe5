package dev.runner.expression;

import dev.runner.expression.SyntaxFault.Problem;
import dev.runner.expression.Token.Kind;
import dev.runner.source.Span;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Symbols to a syntax tree by precedence climbing; from loose to tight: {@code ||}, {@code &&}, equality, order,
 * {@code !}, and what follows a value. Faults of names are collected; a fault of syntax ends the parse. Recursion is bound
 * by the depth that GitHub allows and by a limit on parentheses, which make no node and would else be free.
 */
final class Parser {
    private static final int MAX_GROUPS = 500;
    private static final int OR = 1;
    private static final int AND = 2;
    private static final int EQUALITY = 3;
    private static final int ORDER = 4;

    private final String text;
    private final Placement placement;
    private final NameRules rules;
    private final List<Token> tokens;
    private final List<SyntaxFault> faults = new ArrayList<>();
    private int at;
    private int nesting;
    private int groups;

    private Parser(String text, Placement placement, NameRules rules) {
        this.text = text;
        this.placement = placement;
        this.rules = rules;
        this.tokens = Lexer.read(text);
    }

    /** What a parse gives: a tree, and faults in the order they were met; without a tree the last fault is of syntax. */
    record Result(@Nullable Node node, List<SyntaxFault> faults) {}

    static Result parse(String text, Placement placement, NameRules rules) {
        if (text.length() > Expression.MAX_LENGTH) {
            SyntaxFault fault = new SyntaxFault(
                    Problem.TOO_LONG, "", 0, 0, "move a part of it to a variable or to a step's output");
            return new Result(null, List.of(fault));
        }
        Parser parser = new Parser(text, placement, rules);
        try {
            return new Result(parser.whole(), parser.faults);
        } catch (Stop stop) {
            parser.faults.add(stop.fault);
            return new Result(null, parser.faults);
        }
    }

    private Node whole() {
        if (current().is(Kind.END)) {
            return new Node.Literal(placement.all(), Value.NULL);
        }
        Node node = binary(OR);
        if (!current().is(Kind.END)) {
            throw unexpected("an operator such as == or && is expected before it");
        }
        return node;
    }

    private Node binary(int least) {
        Node left = unary();
        for (int level = level(current()); level >= least; level = level(current())) {
            Token operator = advance();
            Node right = binary(level + 1);
            left = checked(combine(operator, left, right), operator);
        }
        return left;
    }

    private static int level(Token token) {
        Comparison comparison = token.is(Kind.OPERATOR) ? Comparison.of(token.text()) : null;
        if (comparison != null) {
            return comparison.isOrder() ? ORDER : EQUALITY;
        }
        return token.isOperator("&&") ? AND : token.isOperator("||") ? OR : 0;
    }

    private static Node combine(Token operator, Node left, Node right) {
        Comparison comparison = Comparison.of(operator.text());
        if (comparison != null) {
            return Node.Compare.of(comparison, left, right);
        }
        boolean all = operator.text().equals("&&");
        List<Node> operands = new ArrayList<>();
        if (left instanceof Node.Logic logic && logic.all() == all) {
            operands.addAll(logic.operands());
        } else {
            operands.add(left);
        }
        operands.add(right);
        return Node.Logic.of(left.span().to(right.span()), all, operands);
    }

    private Node unary() {
        if (!current().isOperator("!")) {
            return postfix(primary());
        }
        Token not = advance();
        enter(not);
        Node operand = unary();
        nesting--;
        return checked(Node.Not.of(span(not).to(operand.span()), operand), not);
    }

    private Node primary() {
        Token token = current();
        return switch (token.kind()) {
            case LITERAL -> new Node.Literal(span(advance()), token.value());
            case WORD -> tokens.get(at + 1).is(Kind.OPEN_GROUP) ? call() : name();
            case OPEN_GROUP -> group();
            case CLOSE_GROUP, OPEN_INDEX, CLOSE_INDEX, COMMA, DOT, STAR, OPERATOR, ILLEGAL, END ->
                throw unexpected("a value is expected here: a name, a number, a 'string' or a function");
        };
    }

    private Node name() {
        Token token = advance();
        note(rules.context(token.text(), token.start()));
        return new Node.Name(span(token), token.text());
    }

    private Node group() {
        Token open = advance();
        if (++groups > MAX_GROUPS) {
            throw new Stop(tooDeep(open));
        }
        Node inner = binary(OR);
        if (!current().is(Kind.CLOSE_GROUP)) {
            throw unexpected("close the parenthesis that opened at position " + (open.start() + 1) + " with )");
        }
        advance();
        groups--;
        return inner;
    }

    private Node call() {
        Token name = advance();
        Token open = advance();
        enter(name);
        boolean known = note(rules.function(name.text(), name.start()));
        List<Node> arguments = new ArrayList<>();
        while (!current().is(Kind.CLOSE_GROUP) || !arguments.isEmpty()) {
            arguments.add(binary(OR));
            if (!current().is(Kind.COMMA)) {
                break;
            }
            advance();
        }
        if (!current().is(Kind.CLOSE_GROUP)) {
            throw unexpected("arguments of '" + name.text() + "' are separated by , and end with )");
        }
        Token close = advance();
        nesting--;
        if (known) {
            note(rules.arity(name.text(), name.start(), arguments.size()));
        }
        Span all = placement.at(name.start(), Math.max(open.end(), close.end()));
        return checked(Node.Call.of(all, span(name), name.text(), arguments), name);
    }

    private Node postfix(Node value) {
        Node node = value;
        while (true) {
            Token token = current();
            if (token.is(Kind.DOT)) {
                node = checked(property(node), token);
            } else if (token.is(Kind.OPEN_INDEX)) {
                node = checked(index(node), token);
            } else {
                return node;
            }
        }
    }

    private Node property(Node target) {
        advance();
        Token key = current();
        return switch (key.kind()) {
            case STAR -> Node.Filter.of(target.span().to(span(advance())), target, span(key));
            case WORD -> {
                Node literal = new Node.Literal(span(advance()), Value.of(key.text()));
                yield Node.Index.of(target.span().to(span(key)), target, literal);
            }
            default -> throw unexpected("a name or * is expected after the dot; other keys are written ['key']");
        };
    }

    private Node index(Node target) {
        Token open = advance();
        enter(open);
        boolean filter = current().is(Kind.STAR);
        Token first = current();
        Node key = filter ? new Node.Literal(span(advance()), Value.NULL) : binary(OR);
        if (!current().is(Kind.CLOSE_INDEX)) {
            throw unexpected("close the index that opened at position " + (open.start() + 1) + " with ]");
        }
        nesting--;
        Span all = target.span().to(span(advance()));
        return filter ? Node.Filter.of(all, target, span(first)) : Node.Index.of(all, target, key);
    }

    private Token current() {
        return tokens.get(at);
    }

    private Token advance() {
        return tokens.get(at++);
    }

    private Span span(Token token) {
        return placement.at(token.start(), token.end());
    }

    /** Adds a fault, if there is one; tells whether there is none. */
    private boolean note(@Nullable SyntaxFault fault) {
        if (fault != null) {
            faults.add(fault);
        }
        return fault == null;
    }

    private void enter(Token token) {
        if (++nesting > Expression.MAX_DEPTH) {
            throw new Stop(tooDeep(token));
        }
    }

    private Node checked(Node node, Token token) {
        if (node.depth() > Expression.MAX_DEPTH) {
            throw new Stop(tooDeep(token));
        }
        return node;
    }

    private static SyntaxFault tooDeep(Token token) {
        String remedy = "compute a part of it in a step and use its output";
        return new SyntaxFault(Problem.TOO_DEEP, token.text(), token.start(), token.end(), remedy);
    }

    private Stop unexpected(String remedy) {
        Token token = current();
        if (token.is(Kind.END)) {
            Token last = tokens.get(at - 1);
            return new Stop(new SyntaxFault(Problem.UNEXPECTED_END, last.text(), last.start(), last.end(), remedy));
        }
        boolean illegal = token.is(Kind.ILLEGAL);
        Problem problem = illegal ? Problem.ILLEGAL_SYMBOL : Problem.UNEXPECTED_SYMBOL;
        String mend = illegal ? remedyOf(token) : remedy;
        return new Stop(new SyntaxFault(problem, token.text(), token.start(), token.end(), mend));
    }

    private String remedyOf(Token illegal) {
        String symbol = illegal.text();
        return switch (text.charAt(illegal.start())) {
            case '=' -> "to compare, write ==";
            case '&' -> "to combine conditions, write &&";
            case '|' -> "to choose, write ||";
            case '\'' -> "close the string with '; a quote inside it is written ''";
            case '"' -> "strings are written in single quotes";
            case '+', '-', '.', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' ->
                "'" + symbol
                        + "' is no number; numbers are written 10, -0.5, 1e3, 0xff or 0o17, and there is no arithmetic";
            case '/', '%', '^', '~' -> "there is no arithmetic in expressions; compute it in a step";
            case '$', '{', '}' -> "expressions do not nest; leave ${{ and }} out here";
            default ->
                symbol.endsWith("\"")
                        ? "strings are written in single quotes"
                        : "a name has letters, digits, _ and -; other keys are written ['key']";
        };
    }

    /** A fault of syntax on its way out of the recursion. */
    private static final class Stop extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient SyntaxFault fault;

        Stop(SyntaxFault fault) {
            super(fault.message(), null, false, false);
            this.fault = fault;
        }
    }
}
