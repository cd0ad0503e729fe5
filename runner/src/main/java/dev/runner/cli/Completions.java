package dev.runner.cli;

import java.util.ArrayList;
import java.util.List;

/** What shells need to complete the words of a command line; file names complete where nothing else is known. */
final class Completions {
    private Completions() {}

    static String bash(CommandTree root) {
        StringBuilder cases = new StringBuilder();
        StringBuilder paths = new StringBuilder();
        StringBuilder valued = new StringBuilder();
        for (CommandTree command : root.all()) {
            List<String> words = new ArrayList<>();
            command.commands().forEach(below -> words.add(below.name()));
            command.flags().forEach(flag -> words.addAll(flag.names()));
            cases.append("    '")
                    .append(command.path())
                    .append("') words='")
                    .append(String.join(" ", words))
                    .append("' ;;\n");
            paths.append(" '").append(command.path()).append("'");
            List<String> names = command.flags().stream()
                    .filter(CommandTree.Flag::takesValue)
                    .flatMap(flag -> flag.names().stream())
                    .toList();
            if (!names.isEmpty()) {
                valued.append("    '")
                        .append(command.path())
                        .append("') valued=' ")
                        .append(String.join(" ", names))
                        .append(" ' ;;\n");
            }
        }
        return """
                # bash completion for runner: source <(runner completion bash)
                _runner_paths() {
                  case "$1" in
                %s    *) return 1 ;;
                  esac
                }
                _runner_valued() {
                  valued=
                  case "$1" in
                %s  esac
                }
                _runner() {
                  local current=${COMP_WORDS[COMP_CWORD]} path=runner words valued i skip=
                  for ((i = 1; i < COMP_CWORD; i++)); do
                    if [ -n "$skip" ]; then
                      skip=
                      continue
                    fi
                    case ${COMP_WORDS[i]} in
                      -*)
                        _runner_valued "$path"
                        case $valued in *" ${COMP_WORDS[i]} "*) skip=yes ;; esac
                        ;;
                      *) if _runner_paths "$path ${COMP_WORDS[i]}"; then path="$path ${COMP_WORDS[i]}"; fi ;;
                    esac
                  done
                  COMPREPLY=()
                  [ -n "$skip" ] && return
                  _runner_paths "$path"
                  COMPREPLY=($(compgen -W "$words" -- "$current"))
                }
                complete -o default -o bashdefault -F _runner runner
                """.formatted(cases, valued);
    }

    static String zsh(CommandTree root) {
        StringBuilder functions = new StringBuilder();
        for (CommandTree command : root.all()) {
            functions.append(function(command.path())).append("() {\n");
            functions.append("  local state line\n  typeset -A opt_args\n  _arguments -S -C");
            for (CommandTree.Flag flag : command.flags()) {
                for (String name : flag.names()) {
                    String value = flag.takesValue() ? ":" + zshWord(flag.label()) + ":_files" : "";
                    boolean attached = name.startsWith("--") && flag.takesValue();
                    functions.append(" \\\n    '*").append(name).append(attached ? "=" : "");
                    functions
                            .append('[')
                            .append(zshWord(flag.says()))
                            .append(']')
                            .append(value)
                            .append('\'');
                }
            }
            if (command.commands().isEmpty()) {
                functions.append(" \\\n    '*:word:_files'\n}\n");
            } else {
                functions.append(" \\\n    '1:command:->command' '*::word:->words'\n");
                functions.append("  case $state in\n    command) local -a commands=(");
                for (CommandTree below : command.commands()) {
                    functions
                            .append("\n      '")
                            .append(below.name())
                            .append(':')
                            .append(zshWord(below.says()))
                            .append('\'');
                }
                functions.append("\n    ) && _describe command commands ;;\n    words) case $line[1] in");
                for (CommandTree below : command.commands()) {
                    functions
                            .append("\n      ")
                            .append(below.name())
                            .append(") ")
                            .append(function(below.path()))
                            .append(" ;;");
                }
                functions.append("\n    esac ;;\n  esac\n}\n");
            }
        }
        return "#compdef runner\n# zsh completion for runner: source <(runner completion zsh)\n" + functions
                + "if [ \"$funcstack[1]\" = _runner ]; then _runner \"$@\"; else compdef _runner runner; fi\n";
    }

    private static String function(String path) {
        return "_" + path.replace(' ', '_').replace('-', '_');
    }

    private static String zshWord(String text) {
        return text.replace("'", "'\\''")
                .replace("[", "\\[")
                .replace("]", "\\]")
                .replace(":", "\\:");
    }

    static String fish(CommandTree root) {
        StringBuilder out = new StringBuilder("# fish completion for runner: runner completion fish | source\n");
        for (CommandTree command : root.all()) {
            String condition = condition(root, command);
            for (CommandTree below : command.commands()) {
                out.append("complete -c runner -f -n '")
                        .append(condition)
                        .append("' -a ")
                        .append(below.name());
                out.append(" -d '").append(fishWord(below.says())).append("'\n");
            }
            for (CommandTree.Flag flag : command.flags()) {
                out.append("complete -c runner -n '").append(condition).append('\'');
                for (String name : flag.names()) {
                    out.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
                }
                out.append(flag.takesValue() ? " -r" : "")
                        .append(" -d '")
                        .append(fishWord(flag.says()))
                        .append("'\n");
            }
        }
        return out.toString();
    }

    /** Whether the words so far are those of the command and none below it. */
    private static String condition(CommandTree root, CommandTree command) {
        List<String> below = command.commands().stream().map(CommandTree::name).toList();
        String none = below.isEmpty() ? "" : "not __fish_seen_subcommand_from " + String.join(" ", below);
        if (command == root) {
            return none;
        }
        List<String> seen = new ArrayList<>();
        for (String word : command.path().substring(root.path().length() + 1).split(" ")) {
            seen.add("__fish_seen_subcommand_from " + word);
        }
        if (!none.isEmpty()) {
            seen.add(none);
        }
        return String.join("; and ", seen);
    }

    private static String fishWord(String text) {
        return text.replace("\\", "\\\\").replace("'", "\\'");
    }
}
