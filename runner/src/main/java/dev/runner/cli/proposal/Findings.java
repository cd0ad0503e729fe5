package dev.runner.cli.proposal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What was found in a repository's files, gathered by those that read them. */
final class Findings {
    /**
     * A login to a registry; empty for Docker Hub.
     *
     * @param password as the native language has it
     */
    record Login(String registry, String username, String password) {}

    private final List<ImageBuild> builds = new ArrayList<>();
    private final Map<String, Login> logins = new LinkedHashMap<>();
    private final Map<String, String> variables = new LinkedHashMap<>();
    private final Set<String> secrets = new LinkedHashSet<>();
    private final Set<String> sources = new LinkedHashSet<>();
    private final Set<String> notes = new LinkedHashSet<>();

    /** The same image from several files, or for several events, is one. */
    void add(ImageBuild build) {
        for (int i = 0; i < builds.size(); i++) {
            ImageBuild there = builds.get(i);
            if (there.recipe().equals(build.recipe()) && there.repositories().equals(build.repositories())) {
                List<String> tags = new ArrayList<>(there.tags());
                build.tags().stream().filter(tag -> !tags.contains(tag)).forEach(tags::add);
                List<String> platforms =
                        there.platforms().size() >= build.platforms().size() ? there.platforms() : build.platforms();
                builds.set(i, new ImageBuild(there.name(), there.recipe(), platforms, there.repositories(), tags));
                return;
            }
        }
        builds.add(build);
    }

    void add(Login login) {
        logins.putIfAbsent(login.registry(), login);
    }

    void secret(String name) {
        secrets.add(name);
    }

    void variable(String name, String value) {
        variables.putIfAbsent(name, value);
    }

    /** Where something was found. */
    void source(String file) {
        sources.add(file);
    }

    /** Something that the user should look at. */
    void note(String text) {
        notes.add(text);
    }

    List<ImageBuild> builds() {
        return List.copyOf(builds);
    }

    List<Login> logins() {
        return List.copyOf(logins.values());
    }

    Map<String, String> variables() {
        return variables;
    }

    Set<String> secrets() {
        return secrets;
    }

    List<String> sources() {
        return List.copyOf(sources);
    }

    List<String> notes() {
        return List.copyOf(notes);
    }
}
