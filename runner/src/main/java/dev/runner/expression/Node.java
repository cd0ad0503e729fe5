package dev.runner.expression;

import dev.runner.source.Span;
import java.util.List;

/**
 * The syntax tree. A node's depth is one more than that of its deepest child; a chain of one logical operator is one node,
 * and parentheses are none, as GitHub counts.
 */
sealed interface Node {
    Span span();

    int depth();

    /** A constant; also the name in {@code .name}. */
    record Literal(Span span, Value value) implements Node {
        @Override
        public int depth() {
            return 1;
        }
    }

    /** A context's name as written. */
    record Name(Span span, String name) implements Node {
        @Override
        public int depth() {
            return 1;
        }
    }

    /** {@code target.key} or {@code target[key]}. */
    record Index(Span span, Node target, Node key, int depth) implements Node {
        static Index of(Span span, Node target, Node key) {
            return new Index(span, target, key, 1 + Math.max(target.depth(), key.depth()));
        }
    }

    /** {@code target.*} or {@code target[*]}. */
    record Filter(Span span, Node target, Span star, int depth) implements Node {
        static Filter of(Span span, Node target, Span star) {
            return new Filter(span, target, star, 1 + target.depth());
        }
    }

    /**
     * A function call.
     *
     * @param name as written
     */
    record Call(Span span, Span nameSpan, String name, List<Node> arguments, int depth) implements Node {
        static Call of(Span span, Span nameSpan, String name, List<Node> arguments) {
            return new Call(span, nameSpan, name, List.copyOf(arguments), 1 + deepest(arguments));
        }
    }

    record Not(Span span, Node operand, int depth) implements Node {
        static Not of(Span span, Node operand) {
            return new Not(span, operand, 1 + operand.depth());
        }
    }

    record Compare(Span span, Comparison comparison, Node left, Node right, int depth) implements Node {
        static Compare of(Comparison comparison, Node left, Node right) {
            int depth = 1 + Math.max(left.depth(), right.depth());
            return new Compare(left.span().to(right.span()), comparison, left, right, depth);
        }
    }

    /** Operands joined by {@code &&} ({@code all}) or {@code ||}. */
    record Logic(Span span, boolean all, List<Node> operands, int depth) implements Node {
        static Logic of(Span span, boolean all, List<Node> operands) {
            return new Logic(span, all, List.copyOf(operands), 1 + deepest(operands));
        }
    }

    private static int deepest(List<Node> nodes) {
        return nodes.stream().mapToInt(Node::depth).max().orElse(0);
    }

    /** The children in the order of the text. */
    default List<Node> children() {
        return switch (this) {
            case Literal _, Name _ -> List.of();
            case Index index -> List.of(index.target(), index.key());
            case Filter filter -> List.of(filter.target());
            case Call call -> call.arguments();
            case Not not -> List.of(not.operand());
            case Compare compare -> List.of(compare.left(), compare.right());
            case Logic logic -> logic.operands();
        };
    }
}
