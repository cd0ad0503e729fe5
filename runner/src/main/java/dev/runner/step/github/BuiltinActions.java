package dev.runner.step.github;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The actions that need no fetching, by name; each is made when it is first asked for. */
public final class BuiltinActions {
    private static final BuiltinActions NONE = new BuiltinActions(Map.of());

    private final Map<String, Supplier<BuiltinAction>> makers;

    private BuiltinActions(Map<String, Supplier<BuiltinAction>> makers) {
        this.makers = makers;
    }

    public static BuiltinActions none() {
        return NONE;
    }

    /** One more, in place of an earlier one of that name. */
    public BuiltinActions with(String name, Supplier<BuiltinAction> maker) {
        Map<String, Supplier<BuiltinAction>> all = new LinkedHashMap<>(makers);
        all.put(name.toLowerCase(Locale.ROOT), maker);
        return new BuiltinActions(all);
    }

    /**
     * All but these.
     *
     * @param names as {@code actions/checkout}; unknown ones are let be
     */
    public BuiltinActions without(Set<String> names) {
        Map<String, Supplier<BuiltinAction>> rest = new LinkedHashMap<>(makers);
        names.forEach(name -> rest.remove(name.toLowerCase(Locale.ROOT)));
        return new BuiltinActions(rest);
    }

    /** Their names, sorted. */
    public Set<String> names() {
        return new TreeSet<>(makers.keySet());
    }

    /** The one of this name, {@code owner/repository[/path]} in any case; null when there is none. */
    public @Nullable BuiltinAction find(String name) {
        Supplier<BuiltinAction> maker = makers.get(name.toLowerCase(Locale.ROOT));
        return maker == null ? null : maker.get();
    }
}
