package dev.runner.step.action.input;

import dev.runner.step.github.ActionInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** The name, versions, inputs and outputs of a published action, as its {@code action.yml} has them. */
public final class Contract {
    private final String name;
    private final int first;
    private final int last;
    private final List<Ranged<ActionInput>> inputs;
    private final List<Ranged<String>> outputs;

    private Contract(Builder builder) {
        name = builder.name;
        first = builder.first;
        last = builder.last;
        inputs = List.copyOf(builder.inputs);
        outputs = List.copyOf(builder.outputs);
    }

    /** What some major versions have. */
    private record Ranged<T>(T value, int from, int to) {
        boolean holds(int major) {
            return from <= major && major <= to;
        }
    }

    /** @param last the newest major version */
    public static Builder named(String name, int first, int last) {
        return new Builder(name, first, last);
    }

    public String name() {
        return name;
    }

    public List<Integer> majors() {
        return IntStream.rangeClosed(first, last).boxed().toList();
    }

    public List<ActionInput> inputs(int major) {
        return inputs.stream()
                .filter(each -> each.holds(major))
                .map(Ranged::value)
                .toList();
    }

    public List<String> outputs(int major) {
        return outputs.stream()
                .filter(each -> each.holds(major))
                .map(Ranged::value)
                .toList();
    }

    /** Collects them; what is added after {@link #from} or {@link #in} is of these versions only. */
    public static final class Builder {
        private final String name;
        private final int first;
        private final int last;
        private final List<Ranged<ActionInput>> inputs = new ArrayList<>();
        private final List<Ranged<String>> outputs = new ArrayList<>();
        private int from;
        private int to;

        private Builder(String name, int first, int last) {
            this.name = name;
            this.first = first;
            this.last = last;
            this.from = first;
            this.to = last;
        }

        /** From this version on. */
        public Builder from(int major) {
            return in(major, last);
        }

        /** Between these versions. */
        public Builder in(int lowest, int highest) {
            from = lowest;
            to = highest;
            return this;
        }

        /** Inputs that are empty unless given. */
        public Builder inputs(String... names) {
            for (String each : names) {
                add(ActionInput.of(each.toLowerCase(Locale.ROOT)));
            }
            return this;
        }

        public Builder input(String input, String standard) {
            return add(ActionInput.of(input.toLowerCase(Locale.ROOT), standard));
        }

        public Builder required(String input) {
            return add(ActionInput.required(input));
        }

        public Builder deprecated(String input, String message) {
            return add(ActionInput.of(input).withDeprecation(message));
        }

        private Builder add(ActionInput input) {
            inputs.add(new Ranged<>(input, from, to));
            return this;
        }

        public Builder outputs(String... names) {
            for (String each : names) {
                outputs.add(new Ranged<>(each, from, to));
            }
            return this;
        }

        public Contract build() {
            return new Contract(this);
        }
    }
}
