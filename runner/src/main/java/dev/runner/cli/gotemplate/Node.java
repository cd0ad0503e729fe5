package dev.runner.cli.gotemplate;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A part of a template. */
sealed interface Node {
    record Text(String text) implements Node {}

    /** {@code {{pipeline}}}; prints unless it only sets variables. */
    record Print(Pipeline pipeline) implements Node {}

    record If(Pipeline condition, List<Node> then, List<Node> otherwise) implements Node {}

    record Range(Pipeline over, List<Node> body, List<Node> otherwise) implements Node {}

    record With(Pipeline value, List<Node> then, List<Node> otherwise) implements Node {}

    /** {@code {{break}}} or {@code {{continue}}}. */
    record Leave(boolean wholly) implements Node {}

    /**
     * Commands, each given the result of the one before as its last argument.
     *
     * @param variables what is set, {@code $} included
     * @param declares whether they are new
     */
    record Pipeline(List<String> variables, boolean declares, List<Command> commands) {}

    /** An operand, or a function and its arguments. */
    record Command(List<Operand> operands) {}

    /** A value of a command. */
    sealed interface Operand {
        /** As it is written, for messages. */
        String text();
    }

    record Literal(@Nullable Object value, String text) implements Operand {}

    record Function(String name) implements Operand {
        @Override
        public String text() {
            return name;
        }
    }

    /**
     * Fields of a value.
     *
     * @param of null for the dot
     */
    record Fields(@Nullable Operand of, List<String> names, String text) implements Operand {}

    record Variable(String name) implements Operand {
        @Override
        public String text() {
            return name;
        }
    }

    record Group(Pipeline pipeline, String text) implements Operand {}
}
