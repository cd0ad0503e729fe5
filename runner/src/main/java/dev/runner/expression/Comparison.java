package dev.runner.expression;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The operators that compare, with GitHub's loose rules: sides of different kinds are made numbers where that works. */
enum Comparison {
    EQUAL("=="),
    NOT_EQUAL("!="),
    LESS("<"),
    LESS_OR_EQUAL("<="),
    GREATER(">"),
    GREATER_OR_EQUAL(">=");

    private final String symbol;

    Comparison(String symbol) {
        this.symbol = symbol;
    }

    String symbol() {
        return symbol;
    }

    static @Nullable Comparison of(String symbol) {
        for (Comparison comparison : values()) {
            if (comparison.symbol.equals(symbol)) {
                return comparison;
            }
        }
        return null;
    }

    /** Equality binds less tightly than order. */
    boolean isOrder() {
        return this != EQUAL && this != NOT_EQUAL;
    }

    boolean test(Value left, Value right) {
        return switch (this) {
            case EQUAL -> equal(left, right);
            case NOT_EQUAL -> !equal(left, right);
            case LESS -> greater(right, left);
            case LESS_OR_EQUAL -> equal(left, right) || greater(right, left);
            case GREATER -> greater(left, right);
            case GREATER_OR_EQUAL -> equal(left, right) || greater(left, right);
        };
    }

    /** Strings without case; arrays and objects only when they are the same instance; NaN never. */
    @SuppressWarnings("ReferenceEquality")
    static boolean equal(Value left, Value right) {
        if (left instanceof Value.Null && right instanceof Value.Null) {
            return true;
        }
        if (left instanceof Value.Str(String a) && right instanceof Value.Str(String b)) {
            return Folding.same(a, b);
        }
        if (!left.primitive() || !right.primitive()) {
            return left == right;
        }
        return left.number() == right.number();
    }

    /** What has no order, such as objects and NaN, is never greater. */
    private static boolean greater(Value left, Value right) {
        if (left instanceof Value.Str(String a) && right instanceof Value.Str(String b)) {
            return Folding.compare(a, b) > 0;
        }
        return left.primitive() && right.primitive() && left.number() > right.number();
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
