package dev.runner.expression;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The contexts and functions that a place allows, since GitHub allows certain ones only in certain keys. Pure functions
 * are allowed everywhere. Names are compared without case.
 *
 * @param contexts in lower case, or null when every context is allowed
 * @param functions by name in lower case, besides the pure ones
 */
public record AllowedNames(@Nullable Set<String> contexts, Map<String, Arity> functions) {
    /** How many arguments a function takes; both ends are inclusive. */
    public record Arity(String name, int least, int most) {
        public Arity {
            if (least < 0 || most < least) {
                throw new IllegalArgumentException(name + " cannot take " + least + " to " + most + " arguments");
            }
        }
    }

    private static final int MANY = 255;

    /** Every context, the status functions and {@code hashFiles}. */
    public static final AllowedNames ANY = new AllowedNames(
            null,
            functionsOf(Arrays.asList(
                    "success(0,MAX)", "failure(0,MAX)", "always(0,0)", "cancelled(0,0)", "hashFiles(1,255)")));

    public AllowedNames {
        contexts = contexts == null ? null : Collections.unmodifiableSet(new TreeSet<>(contexts));
        functions = Collections.unmodifiableMap(new TreeMap<>(functions));
    }

    /**
     * In the notation of GitHub's workflow schema: {@code github} is a context, {@code hashFiles(1,255)} a function that
     * takes 1 to 255 arguments, {@code success(0,MAX)} one that takes any number.
     */
    public static AllowedNames of(String... names) {
        return of(Arrays.asList(names));
    }

    /** The same from a list. */
    public static AllowedNames of(Collection<String> names) {
        Set<String> contexts = new LinkedHashSet<>();
        for (String name : names) {
            if (!name.endsWith(")")) {
                contexts.add(name.toLowerCase(Locale.ROOT));
            }
        }
        return new AllowedNames(contexts, functionsOf(names));
    }

    public boolean allowsContext(String name) {
        return contexts == null || contexts.contains(name.toLowerCase(Locale.ROOT));
    }

    private static Map<String, Arity> functionsOf(Collection<String> names) {
        Map<String, Arity> functions = new LinkedHashMap<>();
        for (String name : names) {
            int open = name.indexOf('(');
            if (open > 0 && name.endsWith(")")) {
                String[] bounds = name.substring(open + 1, name.length() - 1).split(",", -1);
                String most = bounds[bounds.length - 1].strip();
                String plain = name.substring(0, open);
                functions.put(
                        plain.toLowerCase(Locale.ROOT),
                        new Arity(
                                plain,
                                Integer.parseInt(bounds[0].strip()),
                                most.equals("MAX") ? MANY : Integer.parseInt(most)));
            }
        }
        return functions;
    }
}
