package dev.runner.dockerfile;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What RUN, CMD, ENTRYPOINT and HEALTHCHECK start: a text for the shell, or a list of arguments. */
public sealed interface CommandLine {
    /** No words at all, as in a bare {@code CMD} or {@code CMD []}. */
    boolean isEmpty();

    /** The exec form, a JSON array: started without a shell. */
    record Exec(List<String> arguments) implements CommandLine {
        public Exec {
            arguments = List.copyOf(arguments);
        }

        @Override
        public boolean isEmpty() {
            return arguments.isEmpty();
        }
    }

    /**
     * The shell form: one text, handed to the SHELL in force as its last argument.
     *
     * @param text the line without its flags; empty if there was none
     * @param heredocs the documents it opens, in their order; only RUN has any
     */
    record Shell(String text, List<Heredoc> heredocs) implements CommandLine {
        public Shell {
            Objects.requireNonNull(text);
            heredocs = List.copyOf(heredocs);
        }

        @Override
        public boolean isEmpty() {
            return text.isEmpty();
        }

        /**
         * The document that is the whole command and begins with {@code #!}, else null. BuildKit puts its
         * {@link Heredoc#data()} into a read-only mount as {@code /dev/pipes/NAME}, mode 0755, and runs that path by
         * the shell.
         */
        public @Nullable Heredoc executable() {
            return isOneDocument() && heredocs.getFirst().content().startsWith("#!") ? heredocs.getFirst() : null;
        }

        /**
         * The text for the shell. A command that is one document only is that document's data; any other keeps its
         * documents below its line, for the shell to read.
         */
        public String script() {
            if (isOneDocument()) {
                Heredoc executable = executable();
                return executable == null ? heredocs.getFirst().data() : "/dev/pipes/" + executable.name();
            }
            StringBuilder script = new StringBuilder(text);
            for (Heredoc heredoc : heredocs) {
                script.append('\n').append(heredoc.content()).append(heredoc.name());
            }
            return script.toString();
        }

        private boolean isOneDocument() {
            return !heredocs.isEmpty() && HeredocWord.parse(text) != null;
        }
    }
}
