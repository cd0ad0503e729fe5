package dev.runner.expression;

import dev.runner.expression.AllowedNames.Arity;
import dev.runner.expression.SyntaxFault.Problem;
import dev.runner.source.NearNames;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Says what is wrong with a name in a place: unknown there, or called with the wrong number of arguments. */
final class NameRules {
    private final AllowedNames allowed;
    private final TreeMap<String, Arity> functions = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    NameRules(AllowedNames allowed) {
        this.allowed = allowed;
        Functions.ARITIES.forEach(arity -> functions.put(arity.name(), arity));
        allowed.functions().values().forEach(arity -> functions.put(arity.name(), arity));
    }

    /** The fault of reading a context at an offset, or null. */
    @Nullable
    SyntaxFault context(String name, int start) {
        if (allowed.contexts() == null || allowed.allowsContext(name)) {
            return null;
        }
        String remedy = functions.containsKey(name)
                ? "a function is called with parentheses: " + name + "()"
                : nearOrAll(name, new TreeSet<>(allowed.contexts()), "contexts");
        return new SyntaxFault(Problem.UNKNOWN_NAME, name, start, start + name.length(), remedy);
    }

    /** The fault of calling a function at an offset, or null. */
    @Nullable
    SyntaxFault function(String name, int start) {
        if (functions.containsKey(name)) {
            return null;
        }
        List<String> known = functions.values().stream().map(Arity::name).toList();
        String remedy = nearOrAll(name, known, "functions");
        return new SyntaxFault(Problem.UNKNOWN_FUNCTION, name, start, start + name.length(), remedy);
    }

    /** The fault of giving a known function this many arguments, or null. */
    @Nullable
    SyntaxFault arity(String name, int start, int count) {
        Arity arity = functions.get(name);
        Problem problem = arity == null
                ? Problem.UNKNOWN_FUNCTION
                : count < arity.least()
                        ? Problem.TOO_FEW_ARGUMENTS
                        : count > arity.most()
                                ? Problem.TOO_MANY_ARGUMENTS
                                : Functions.needsOdd(name.toLowerCase(Locale.ROOT)) && count % 2 == 0
                                        ? Problem.EVEN_ARGUMENTS
                                        : null;
        if (problem == null || arity == null) {
            return null;
        }
        return new SyntaxFault(problem, name, start, start + name.length(), expected(arity, problem, count));
    }

    private static String expected(Arity arity, Problem problem, int count) {
        if (problem == Problem.EVEN_ARGUMENTS) {
            return "it takes pairs of a condition and a value, and a last value for all else";
        }
        String range = arity.least() == arity.most()
                ? Integer.toString(arity.least())
                : problem == Problem.TOO_FEW_ARGUMENTS ? "at least " + arity.least() : "at most " + arity.most();
        return "it takes " + range + ", not " + count;
    }

    private static String nearOrAll(String name, Collection<String> known, String kind) {
        String near = NearNames.nearest(name, known);
        if (near != null) {
            return "did you mean '" + near + "'?";
        }
        return known.isEmpty() ? "no " + kind + " can be used here" : kind + " here: " + String.join(", ", known);
    }
}
