package dev.runner.dockerfile;

import dev.runner.source.InvalidSourceException;
import dev.runner.source.Span;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One instruction of a Dockerfile. Its words are as written until {@link #expand} gives the same record with variables
 * replaced, in the words where the Dockerfile reference replaces them.
 */
public sealed interface Instruction {
    Written written();

    /** The keyword, in capitals. */
    String name();

    default Span span() {
        return written().span();
    }

    /** One line, as BuildKit prints it: {@code RUN echo hi}. */
    default String text() {
        return written().text();
    }

    /**
     * The same instruction with variables replaced and quotes removed where this instruction allows them.
     *
     * @param env a variable's value, or null if it is not set
     * @throws InvalidSourceException with the place, if a word cannot be expanded
     */
    default Instruction expand(Function<String, @Nullable String> env) {
        return this;
    }

    /**
     * {@code FROM [--platform=…] image [AS alias]}; platform and image are expanded with the arguments before the first
     * FROM.
     *
     * @param alias the stage's name as written
     */
    record From(
            Written written,
            @Nullable String platform,
            String image,
            @Nullable String alias) implements Instruction {
        @Override
        public String name() {
            return "FROM";
        }

        @Override
        public From expand(Function<String, @Nullable String> env) {
            Words words = new Words(written, env);
            return new From(written, words.expandNullable(platform), words.expand(image), alias);
        }
    }

    /** {@code ARG name[=value] …}. */
    record Arg(Written written, List<Argument> arguments) implements Instruction {
        public Arg {
            arguments = List.copyOf(arguments);
        }

        /**
         * @param value the default, null if there is none
         * @param span the word
         */
        public record Argument(String name, @Nullable String value, Span span) {}

        @Override
        public String name() {
            return "ARG";
        }

        /**
         * Each default may use the arguments to its left: the engine that sets them between calls, or hands a function
         * that sees them, gets what BuildKit does.
         */
        @Override
        public Arg expand(Function<String, @Nullable String> env) {
            Words words = new Words(written, env);
            return new Arg(
                    written,
                    arguments.stream()
                            .map(a -> new Argument(words.expand(a.name), words.expandNullable(a.value), a.span))
                            .toList());
        }
    }

    /**
     * A pair of ENV or LABEL.
     *
     * @param legacy whether it was written {@code key value}, without an equals sign
     */
    record Pair(String key, String value, boolean legacy) {}

    /** {@code ENV key=value …}; every value is expanded with what was set before the instruction. */
    record Env(Written written, List<Pair> pairs) implements Instruction {
        public Env {
            pairs = List.copyOf(pairs);
        }

        @Override
        public String name() {
            return "ENV";
        }

        @Override
        public Env expand(Function<String, @Nullable String> env) {
            return new Env(written, new Words(written, env).expandPairs(pairs));
        }
    }

    /** {@code LABEL key=value …}. */
    record Label(Written written, List<Pair> pairs) implements Instruction {
        public Label {
            pairs = List.copyOf(pairs);
        }

        @Override
        public String name() {
            return "LABEL";
        }

        @Override
        public Label expand(Function<String, @Nullable String> env) {
            return new Label(written, new Words(written, env).expandPairs(pairs));
        }
    }

    /**
     * {@code RUN [flags] command}. The command is not expanded (its shell does that); values of {@code --mount} are.
     *
     * @param mountFlags each {@code --mount}, in its order
     * @param network null if not given
     * @param security null if not given
     * @param devices each {@code --device}, in its order
     */
    record Run(
            Written written,
            CommandLine command,
            List<MountFlag> mountFlags,
            @Nullable Network network,
            @Nullable Security security,
            List<Device> devices)
            implements Instruction {
        public Run {
            Objects.requireNonNull(command);
            mountFlags = List.copyOf(mountFlags);
            devices = List.copyOf(devices);
        }

        /** Values of {@code --network}. */
        public enum Network {
            DEFAULT,
            NONE,
            HOST
        }

        /** Values of {@code --security}. */
        public enum Security {
            SANDBOX,
            INSECURE
        }

        /** A {@code --device}: a CDI name, and whether the step fails without it. */
        public record Device(String name, boolean required) {}

        @Override
        public String name() {
            return "RUN";
        }

        @Override
        public Run expand(Function<String, @Nullable String> env) {
            Words words = new Words(written, env);
            List<MountFlag> expanded =
                    mountFlags.stream().map(flag -> flag.expand(words)).toList();
            return new Run(written, command, expanded, network, security, devices);
        }

        /**
         * The mounts with their defaults filled in; call it on an expanded instruction.
         *
         * @throws InvalidSourceException if a value is wrong, with the place
         */
        public List<Mount> mounts() {
            return mountFlags.stream().map(MountFlag::mount).toList();
        }
    }

    /**
     * {@code COPY [flags] source … destination}.
     *
     * @param from a stage, a named context or an image; null for the build context
     * @param parents whether the sources' folders are kept, below a {@code /./} if there is one
     */
    record Copy(Written written, @Nullable String from, boolean parents, Transfer transfer) implements Instruction {
        @Override
        public String name() {
            return "COPY";
        }

        @Override
        public Copy expand(Function<String, @Nullable String> env) {
            return new Copy(written, from, parents, new Words(written, env).expand(transfer));
        }
    }

    /**
     * {@code ADD [flags] source … destination}.
     *
     * @param checksum the digest that an address must have, null if none is given
     * @param keepGitDir null if not given
     * @param unpack null if not given: local archives are unpacked, remote ones are not
     */
    record Add(
            Written written,
            @Nullable String checksum,
            @Nullable Boolean keepGitDir,
            @Nullable Boolean unpack,
            Transfer transfer)
            implements Instruction {
        @Override
        public String name() {
            return "ADD";
        }

        @Override
        public Add expand(Function<String, @Nullable String> env) {
            Words words = new Words(written, env);
            return new Add(written, words.expandNullable(checksum), keepGitDir, unpack, words.expand(transfer));
        }
    }

    /** {@code WORKDIR path}; a relative path starts at the folder in force. */
    record Workdir(Written written, String path) implements Instruction {
        @Override
        public String name() {
            return "WORKDIR";
        }

        @Override
        public Workdir expand(Function<String, @Nullable String> env) {
            return new Workdir(written, new Words(written, env).expand(path));
        }
    }

    /** {@code USER user[:group]}. */
    record User(Written written, String user) implements Instruction {
        @Override
        public String name() {
            return "USER";
        }

        @Override
        public User expand(Function<String, @Nullable String> env) {
            return new User(written, new Words(written, env).expand(user));
        }
    }

    /** {@code CMD}; never expanded. */
    record Cmd(Written written, CommandLine command) implements Instruction {
        @Override
        public String name() {
            return "CMD";
        }
    }

    /** {@code ENTRYPOINT}; never expanded. */
    record Entrypoint(Written written, CommandLine command) implements Instruction {
        @Override
        public String name() {
            return "ENTRYPOINT";
        }
    }

    /** {@code EXPOSE port[-end][/protocol] …}; a word may expand to several. */
    record Expose(Written written, List<String> ports) implements Instruction {
        public Expose {
            ports = List.copyOf(ports);
        }

        @Override
        public String name() {
            return "EXPOSE";
        }

        @Override
        public Expose expand(Function<String, @Nullable String> env) {
            return new Expose(written, new Words(written, env).expandToWords(ports));
        }

        /**
         * Every port as the image's config names it, {@code 80/tcp}, ranges written out, in the order of the text; call
         * it on an expanded instruction.
         *
         * @throws InvalidSourceException if a word is no port, with the place
         */
        public List<String> exposedPorts() {
            return Ports.parse(written, ports);
        }
    }

    /** {@code VOLUME path …}. */
    record Volume(Written written, List<String> paths) implements Instruction {
        public Volume {
            paths = List.copyOf(paths);
        }

        @Override
        public String name() {
            return "VOLUME";
        }

        @Override
        public Volume expand(Function<String, @Nullable String> env) {
            return new Volume(written, new Words(written, env).expandAll(paths));
        }
    }

    /** {@code STOPSIGNAL signal}. */
    record StopSignal(Written written, String signal) implements Instruction {
        @Override
        public String name() {
            return "STOPSIGNAL";
        }

        @Override
        public StopSignal expand(Function<String, @Nullable String> env) {
            return new StopSignal(written, new Words(written, env).expand(signal));
        }
    }

    /**
     * {@code HEALTHCHECK}; never expanded.
     *
     * @param probe null for {@code HEALTHCHECK NONE}
     */
    record Healthcheck(Written written, @Nullable Probe probe) implements Instruction {
        /** Durations and retries are 0 where they are not given: the runtime's default holds. */
        public record Probe(
                CommandLine command,
                Duration interval,
                Duration timeout,
                Duration startPeriod,
                Duration startInterval,
                int retries) {}

        @Override
        public String name() {
            return "HEALTHCHECK";
        }
    }

    /** {@code SHELL ["program", "argument"]}; never expanded. */
    record Shell(Written written, List<String> arguments) implements Instruction {
        public Shell {
            arguments = List.copyOf(arguments);
        }

        @Override
        public String name() {
            return "SHELL";
        }
    }

    /**
     * {@code ONBUILD instruction}; never expanded here, but in the build that starts from the image.
     *
     * @param trigger the instruction; null if it is wrong, which only the build that starts from the image minds
     * @param expression what the image's config keeps: the text behind ONBUILD, with its here-documents
     */
    record Onbuild(Written written, @Nullable Instruction trigger, String expression) implements Instruction {
        @Override
        public String name() {
            return "ONBUILD";
        }
    }

    /** {@code MAINTAINER name}, deprecated; never expanded. */
    record Maintainer(Written written, String maintainer) implements Instruction {
        @Override
        public String name() {
            return "MAINTAINER";
        }
    }
}
