package dev.runner.cli.proposal;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which login is needed for which registry. */
final class Logins {
    /** The variable and the secret of a login that no file says. */
    static final String USER = "REGISTRY_USER";

    static final String PASSWORD = "REGISTRY_PASSWORD";
    private static final Pattern SECRET = Pattern.compile("\\$\\{\\{ secrets\\.(\\w+) }}");

    private Logins() {}

    /** The registry's name in a repository's; empty for Docker Hub. */
    static String registry(String repository) {
        String first = repository.contains("/") ? repository.substring(0, repository.indexOf('/')) : "";
        boolean named = first.contains(".") || first.contains(":") || first.equals("localhost");
        return named && !first.equals("docker.io") ? first : "";
    }

    /** The logins that builds need: those that were found, and for other registries one that takes a secret. */
    static List<Findings.Login> of(Project project, List<ImageBuild> builds, Findings findings) {
        List<Findings.Login> all = new ArrayList<>();
        builds.stream()
                .flatMap(build -> build.repositories().stream())
                .map(Logins::registry)
                .distinct()
                .filter(registry -> !registry.startsWith("localhost:"))
                .forEach(registry -> all.add(found(project, registry, findings)));
        return all;
    }

    private static Findings.Login found(Project project, String registry, Findings findings) {
        for (Findings.Login login : findings.logins()) {
            if (login.registry().equals(registry)) {
                return complete(project, login, findings);
            }
        }
        return complete(project, new Findings.Login(registry, "", ""), findings);
    }

    private static Findings.Login complete(Project project, Findings.Login login, Findings findings) {
        String username = login.username();
        String password = login.password();
        if (username.isEmpty()) {
            findings.variable(
                    USER, project.remote() == null ? "" : project.remote().owner());
            username = "${{ variables." + USER + " }}";
        }
        if (password.isEmpty() || !SECRET.matcher(password).find()) {
            findings.secret(PASSWORD);
            password = "${{ secrets." + PASSWORD + " }}";
        }
        return new Findings.Login(login.registry(), username, password);
    }

    /** The secret in a login's password. */
    static String secret(Findings.Login login) {
        Matcher match = SECRET.matcher(login.password());
        return match.find() ? match.group(1) : PASSWORD;
    }
}
