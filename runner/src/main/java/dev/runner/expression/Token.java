package dev.runner.expression;

/**
 * One symbol of an expression.
 *
 * @param start its offset in the text, from 0
 * @param end the offset behind it
 * @param text as written
 * @param value what a literal stands for, else null
 */
record Token(Kind kind, int start, int end, String text, Value value) {
    enum Kind {
        OPEN_GROUP,
        CLOSE_GROUP,
        OPEN_INDEX,
        CLOSE_INDEX,
        COMMA,
        DOT,
        STAR,
        OPERATOR,
        LITERAL,
        WORD,
        ILLEGAL,
        END
    }

    boolean is(Kind other) {
        return kind == other;
    }

    boolean isOperator(String operator) {
        return kind == Kind.OPERATOR && text.equals(operator);
    }
}
