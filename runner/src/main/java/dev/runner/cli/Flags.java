package dev.runner.cli;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.IGetter;
import picocli.CommandLine.Model.ISetter;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ScopeType;

/**
 * Declares a command's flags by calls. Picocli's annotations say the same, but reading them takes a tenth of a second of a
 * cold Java process, for proxies and reflection: as long as all that an unchanged build has to do.
 */
final class Flags {
    private final CommandSpec spec;

    private Flags(CommandSpec spec) {
        this.spec = spec;
    }

    /** What has flags: a command, or a group of flags that several commands have. */
    interface Declaring {
        void declare(Flags flags);
    }

    /** A command and its flags, ready to parse. */
    static <T extends Callable<Integer> & Declaring> CommandLine of(T command) {
        CommandSpec spec = CommandSpec.wrapWithoutInspection(command);
        command.declare(new Flags(spec));
        return new CommandLine(spec);
    }

    CommandSpec spec() {
        return spec;
    }

    /** Names the command, and says in lines what it is for. */
    Flags command(String name, String... description) {
        spec.name(name);
        spec.usageMessage().description(description).sortOptions(false);
        return this;
    }

    /** Lines below the list of flags. */
    Flags footer(String... lines) {
        spec.usageMessage().footer(lines);
        return this;
    }

    Flags version(IVersionProvider version) {
        spec.versionProvider(version);
        return this;
    }

    /** A flag by its names. */
    Flag option(String... names) {
        return new Flag(OptionSpec.builder(names), null);
    }

    /**
     * Words that are no flags.
     *
     * @param index which of them, as {@code 0} or {@code 1..*}
     * @param arity how many, as {@code 1} or {@code 0..*}
     */
    Flag positional(String index, String arity) {
        return new Flag(
                null, PositionalParamSpec.builder().index(index).arity(arity).required(!arity.startsWith("0")));
    }

    /** One flag, or words that are none, until it is known where the value goes. */
    final class Flag {
        // Picocli's builders have no type in common that can be named.
        private final OptionSpec.@Nullable Builder option;
        private final PositionalParamSpec.@Nullable Builder positional;

        private Flag(OptionSpec.@Nullable Builder option, PositionalParamSpec.@Nullable Builder positional) {
            this.option = option;
            this.positional = positional;
        }

        private Flag each(Consumer<OptionSpec.Builder> ofOption, Consumer<PositionalParamSpec.Builder> ofWords) {
            if (option != null) {
                ofOption.accept(option);
            }
            if (positional != null) {
                ofWords.accept(positional);
            }
            return this;
        }

        /** What stands for the value in the help. */
        Flag label(String label) {
            return each(flag -> flag.paramLabel(label), words -> words.paramLabel(label));
        }

        Flag says(String description) {
            return each(flag -> flag.description(description), words -> words.description(description));
        }

        /** One word may hold several values, with this between them. */
        Flag split(String regex) {
            return each(flag -> flag.splitRegex(regex), words -> words.splitRegex(regex));
        }

        /** A flag without a value. */
        void on(Consumer<Boolean> into) {
            add(boolean.class, into);
        }

        <V> void value(Class<V> type, Consumer<V> into) {
            add(type, into);
        }

        /** A flag whose value may be left out. */
        void optional(String otherwise, Consumer<String> into) {
            each(flag -> flag.fallbackValue(otherwise).arity("0..1"), words -> words.arity("0..1"));
            add(String.class, into);
        }

        /** A flag that may be given more than once. */
        <V> void values(Class<V> type, Consumer<List<V>> into) {
            each(flag -> flag.auxiliaryTypes(type), words -> words.auxiliaryTypes(type));
            add(List.class, into);
        }

        /** Shows the help of the command, and of those below it. */
        void help() {
            each(flag -> flag.usageHelp(true).scopeType(ScopeType.INHERIT), words -> {});
            add(boolean.class, shown -> {});
        }

        /** Shows the version. */
        void version() {
            each(flag -> flag.versionHelp(true), words -> {});
            add(boolean.class, shown -> {});
        }

        private <V> void add(Class<?> type, Consumer<V> into) {
            Value<V> value = new Value<>(into);
            each(
                    flag -> spec.addOption(
                            flag.type(type).getter(value).setter(value).build()),
                    words -> spec.addPositional(
                            words.type(type).getter(value).setter(value).build()));
        }
    }

    /** What was given so far: picocli adds to the list of a flag that is given again. */
    private static final class Value<V> implements IGetter, ISetter {
        private final Consumer<V> into;
        private @Nullable Object value;

        private Value(Consumer<V> into) {
            this.into = into;
        }

        @Override
        @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals", "NullAway"}) // as picocli declares it
        public <T> T get() {
            return (T) value;
        }

        @Override
        @SuppressWarnings("unchecked") // picocli hands over what it was told to make
        public <T> T set(T given) {
            value = given;
            // Before it reads a line, picocli clears what has no initial value of its own.
            if (given != null) {
                into.accept((V) given);
            }
            return given;
        }
    }
}
