package dev.runner.dockerfile;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Arguments from before the first FROM, and those that are always there.
 *
 * @param values what they are in this build
 * @param arguments those that the text declares
 * @param sources the arguments that an argument's default names
 */
record FromArguments(
        Map<String, String> values, Map<String, Outline.Argument> arguments, Map<String, Set<String>> sources) {
    static FromArguments of(Dockerfile dockerfile, CheckContext context) {
        ShellWords lexer = ShellWords.plain(dockerfile.directives().escape());
        Map<String, String> given = context.buildArguments();
        FromArguments all = new FromArguments(new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>());
        for (String name : PredefinedArguments.PLATFORM) {
            String value = given.getOrDefault(name, context.platformArguments().get(name));
            if (value != null) {
                all.values.put(name, value);
            }
        }
        all.values.put(PredefinedArguments.TARGET_STAGE, "default");
        for (Instruction.Arg arg : dockerfile.metaArguments()) {
            arg.arguments().forEach(argument -> all.declare(arg, argument, given.get(argument.name()), lexer));
        }
        return all;
    }

    private void declare(
            Instruction.Arg arg, Instruction.Arg.Argument argument, @Nullable String given, ShellWords lexer) {
        String name = argument.name();
        String value = given;
        String written = argument.value();
        if (given == null && written != null) {
            try {
                ShellWords.Expansion expansion = lexer.expand(written, values::get);
                value = expansion.text();
                sources.put(name, expansion.used());
            } catch (ExpansionException e) {
                value = null; // It fails the build; there is nothing to tell of it here.
            }
        }
        if (value != null) {
            values.put(name, value);
        }
        arguments.put(
                name,
                new Outline.Argument(name, Targets.description(arg, name), value == null ? "" : value, arg.span()));
    }

    /** What a stage's FROM names. */
    Set<String> usedBy(Dockerfile.Stage stage, char escape) {
        ShellWords lexer = ShellWords.plain(escape);
        Set<String> used = new LinkedHashSet<>();
        for (String word :
                new @Nullable String[] {stage.from().image(), stage.from().platform()}) {
            try {
                used.addAll(
                        word == null
                                ? Set.of()
                                : lexer.expand(word, values::get).used());
            } catch (ExpansionException e) {
                continue;
            }
        }
        return used;
    }

    /** Names, and those that they are made from. */
    Set<String> withSources(Set<String> names) {
        Set<String> all = new LinkedHashSet<>();
        names.forEach(name -> add(name, all));
        return all;
    }

    private void add(String name, Set<String> all) {
        if (all.add(name)) {
            sources.getOrDefault(name, Set.of()).forEach(source -> add(source, all));
        }
    }
}
