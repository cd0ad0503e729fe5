package dev.runner.cli.docker;

import dev.runner.build.buildkit.Buildx;
import dev.runner.build.buildkit.BuildxMissingException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Builders that are not our engine: those of drivers that mean other machines, and, where {@code RUNNER_ENGINE} is
 * {@code buildkit}, containers too. The program's own Buildx keeps them and their nodes; here only their names are known.
 */
final class RealBuildx {
    /** Pods that have to be fetched first. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private static final Set<String> ELSEWHERE = Set.of("kubernetes", "remote");

    private RealBuildx() {}

    /** Whether builders of a driver are not our engine. */
    static boolean isMeant(String driver, Map<String, String> environment) {
        boolean buildkit = environment.getOrDefault("RUNNER_ENGINE", "").equals("buildkit");
        return ELSEWHERE.contains(driver) || (buildkit && driver.equals("docker-container"));
    }

    /** Makes a call; what it says is said. */
    static Buildx.Outcome call(Call call, List<String> words) throws IOException {
        try {
            Buildx.Outcome outcome = Buildx.find(call.around().environment()).run(words, PATIENCE);
            call.around().err().print(outcome.err());
            call.around().err().flush();
            return outcome;
        } catch (BuildxMissingException e) {
            throw DockerFailure.ofBuildx(e.getMessage() + "\n" + e.remedy());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    /** The same, with its answer. */
    static int answer(Call call, List<String> words) throws IOException {
        Buildx.Outcome outcome = call(call, words);
        call.around().out().print(outcome.out());
        call.around().out().flush();
        return outcome.code() == 0 ? 0 : 1;
    }

    /** {@code create}, with the words as they were given. */
    static int create(Call call, Builders builders, String driver) throws IOException {
        List<String> words = new ArrayList<>(List.of("create"));
        for (String flag : List.of(
                "buildkitd-config", "config", "buildkitd-flags", "driver", "driver-opt", "name", "node", "platform")) {
            call.all(flag).forEach(value -> words.add("--" + flag + "=" + value));
        }
        for (String flag : List.of("append", "bootstrap", "leave")) {
            if (call.on(flag)) {
                words.add("--" + flag);
            }
        }
        if (!call.given("driver")) {
            words.add("--driver=" + driver);
        }
        words.addAll(call.words());
        Buildx.Outcome outcome = call(call, words);
        if (!outcome.succeeded()) {
            return 1;
        }
        String name = outcome.out().strip();
        Builder known = builders.find(name);
        List<Builder.Node> nodes = new ArrayList<>(known == null ? List.of() : known.nodes());
        String node = call.text("node", "").isEmpty() ? name + nodes.size() : call.text("node", "");
        nodes.removeIf(one -> one.name().equals(node));
        if (!call.on("leave")) {
            nodes.add(new Builder.Node(
                    node, call.words().isEmpty() ? driver : call.word(0), List.copyOf(call.all("platform"))));
        }
        builders.put(new Builder(name, driver, nodes, false, null, BuilderSettings.NONE.elsewhere()));
        if (call.on("use")) {
            builders.use(name);
        }
        call.say(name);
        return 0;
    }
}
