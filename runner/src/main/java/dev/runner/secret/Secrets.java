package dev.runner.secret;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An immutable set of secrets by name; names are compared exactly. */
public final class Secrets {
    private static final Secrets NONE = new Secrets(Map.of());

    private final Map<String, Secret> byName;

    private Secrets(Map<String, Secret> byName) {
        this.byName = Collections.unmodifiableMap(byName);
    }

    public static Secrets none() {
        return NONE;
    }

    /** Of two secrets with one name, the later counts. */
    public static Secrets of(Collection<Secret> secrets) {
        Map<String, Secret> byName = new LinkedHashMap<>();
        secrets.forEach(secret -> byName.put(secret.name(), secret));
        return new Secrets(byName);
    }

    public static Secrets of(Secret... secrets) {
        return of(List.of(secrets));
    }

    /** The secret of this name, or null. */
    public @Nullable Secret find(String name) {
        return byName.get(name);
    }

    public boolean has(String name) {
        return byName.containsKey(name);
    }

    /** In the order they were given. */
    public Set<String> names() {
        return byName.keySet();
    }

    public Collection<Secret> all() {
        return byName.values();
    }

    /** Those of the wanted names that are not here, in the order wanted. */
    public List<String> missing(Collection<String> wanted) {
        return wanted.stream().distinct().filter(name -> !has(name)).toList();
    }

    /** These and others; where both have a name, the other's counts. */
    public Secrets with(Secrets others) {
        Map<String, Secret> merged = new LinkedHashMap<>(byName);
        merged.putAll(others.byName);
        return new Secrets(merged);
    }

    /** The names only. */
    @Override
    public String toString() {
        return byName.keySet().toString();
    }
}
