package dev.runner.expression;

import org.jspecify.annotations.Nullable;

/**
 * What is wrong with an expression's text, in our words and in GitHub's, by which people search for it.
 *
 * @param problem what kind of fault it is
 * @param symbol the part of the text that is at fault
 * @param start the offset of that part, from 0
 * @param end the offset behind it
 * @param remedy how to mend it, or null when the names known in the place say it
 */
record SyntaxFault(
        Problem problem,
        String symbol,
        int start,
        int end,
        @Nullable String remedy) {
    /** The kinds of fault, each in GitHub's words and in ours. */
    enum Problem {
        ILLEGAL_SYMBOL("Unexpected symbol", "unexpected symbol"),
        UNEXPECTED_SYMBOL("Unexpected symbol", "unexpected symbol"),
        UNEXPECTED_END("Unexpected end of expression", "unexpected end of the expression after"),
        UNKNOWN_NAME("Unrecognized named-value", "unknown name"),
        UNKNOWN_FUNCTION("Unrecognized function", "unknown function"),
        TOO_FEW_ARGUMENTS("Too few parameters supplied", "too few arguments for"),
        TOO_MANY_ARGUMENTS("Too many parameters supplied", "too many arguments for"),
        EVEN_ARGUMENTS(
                "Even number of parameters supplied, requires an odd number of parameters",
                "an even number of arguments for"),
        TOO_DEEP("Exceeded max expression depth " + Expression.MAX_DEPTH, ""),
        TOO_LONG("Exceeded max expression length " + Expression.MAX_LENGTH, ""),
        NOT_CLOSED(
                "The expression is not closed. An unescaped ${{ sequence was found, but the closing }} sequence was not"
                        + " found.",
                "this expression is not closed"),
        EMPTY("An expression was expected", "an expression is expected between the braces");

        private final String words;
        private final String ours;

        Problem(String words, String ours) {
            this.words = words;
            this.ours = ours;
        }
    }

    /** As GitHub reports it, for the whole text of the expression. */
    String inGitHubsWords(String expression) {
        return switch (problem) {
            case TOO_DEEP, TOO_LONG, NOT_CLOSED, EMPTY -> problem.words;
            default ->
                problem.words + ": '" + symbol + "'. Located at position " + (start + 1) + " within expression: "
                        + expression;
        };
    }

    /** One sentence, without a full stop. */
    String message() {
        return switch (problem) {
            case TOO_DEEP -> "the expression is nested deeper than " + Expression.MAX_DEPTH + " levels";
            case TOO_LONG -> "the expression is longer than " + Expression.MAX_LENGTH + " characters";
            case NOT_CLOSED, EMPTY -> problem.ours;
            default -> problem.ours + " '" + symbol + "'";
        };
    }
}
