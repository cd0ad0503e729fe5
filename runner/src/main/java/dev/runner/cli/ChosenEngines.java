package dev.runner.cli;

import dev.runner.build.BuilderSpec;
import dev.runner.build.Engine;
import dev.runner.build.EngineKind;
import dev.runner.build.Engines;
import dev.runner.build.buildkit.BuildKit;
import dev.runner.build.buildkit.Buildx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The engines of a run. What decides, the strongest first: the command line, the build itself, {@code RUNNER_ENGINE}, and
 * {@code engine} of the configuration file. BuildKit's is made when the first build wants it.
 */
final class ChosenEngines implements Engines, AutoCloseable {
    static final String VARIABLE = "RUNNER_ENGINE";

    /** Seconds after which a silent builder is asked whether it lives. */
    private static final String PATIENCE = "RUNNER_BUILDER_PATIENCE";

    private final Toolbox toolbox;
    private final Map<String, String> environment;
    private final EngineFlags flags;
    private final @Nullable Path logins;
    private @Nullable BuildKit buildkit;
    private @Nullable BuildKit ofScripts;
    private @Nullable RunFolder work;

    /** @param logins a Docker configuration folder with the run's own logins; null for the user's */
    ChosenEngines(Toolbox toolbox, Map<String, String> environment, EngineFlags flags, @Nullable Path logins) {
        this.toolbox = toolbox;
        this.environment = environment;
        this.flags = flags;
        this.logins = logins;
    }

    @Override
    public Engine engine(@Nullable EngineKind kind, @Nullable BuilderSpec builder) {
        EngineKind chosen = kind(kind);
        if (chosen == EngineKind.EMBEDDED) {
            return toolbox.engine();
        }
        BuilderSpec spec = flags.spec() == null ? builder : flags.spec();
        return (isOfScripts(spec) ? ofScripts() : buildkit()).engine(spec);
    }

    /** Whether a script of this run has made it: such builders are kept in the run's own Docker configuration folder. */
    private boolean isOfScripts(@Nullable BuilderSpec spec) {
        return logins != null
                && spec != null
                && spec.name() != null
                && Files.exists(logins.resolve("buildx/instances").resolve(spec.name()));
    }

    private synchronized BuildKit ofScripts() {
        if (ofScripts == null && logins != null) {
            Map<String, String> own = new LinkedHashMap<>(environment);
            own.put("BUILDX_CONFIG", logins.resolve("buildx").toString());
            ofScripts = make(Buildx.find(own).withLogins(logins));
        }
        return Objects.requireNonNull(ofScripts);
    }

    /** What builds where a build says this. */
    EngineKind kind(@Nullable EngineKind said) {
        EngineKind flag = flags.kind();
        if (flag != null) {
            return flag;
        }
        if (said != null) {
            return said;
        }
        String variable = environment.getOrDefault(VARIABLE, "");
        if (!variable.isEmpty()) {
            return EngineFlags.parse(variable);
        }
        return ConfigFile.engine(Locations.of(environment).configFile());
    }

    private synchronized BuildKit buildkit() {
        if (buildkit == null) {
            Buildx buildx = Buildx.find(environment);
            buildkit = make(logins == null ? buildx : buildx.withLogins(logins));
        }
        return buildkit;
    }

    private BuildKit make(Buildx buildx) {
        return new BuildKit(new BuildKit.Parts(
                buildx,
                work(buildx),
                toolbox.images(),
                toolbox.localImages(),
                toolbox.registryConfiguration(),
                toolbox.masker(),
                patience()));
    }

    private Path work(Buildx buildx) {
        try {
            if (work == null) {
                work = RunFolder.open(
                        toolbox.locations().state().resolve("buildkit"), dead -> BuildKit.clear(buildx, dead));
            }
            return work.path();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private BuildKit.Patience patience() {
        String text = environment.getOrDefault(PATIENCE, "");
        if (text.isEmpty()) {
            return BuildKit.Patience.DEFAULT;
        }
        if (!text.matches("[1-9]\\d{0,5}")) {
            throw new UsageException(PATIENCE + " is a number of seconds, not '" + text + "'");
        }
        Duration silence = Duration.ofSeconds(Long.parseLong(text));
        Duration answer = BuildKit.Patience.DEFAULT.answer();
        return new BuildKit.Patience(silence, silence.compareTo(answer) < 0 ? silence : answer);
    }

    /** Removes the builders that were made. */
    @Override
    public synchronized void close() {
        if (buildkit != null) {
            buildkit.close();
        }
        if (ofScripts != null) {
            ofScripts.close();
        }
        if (work != null) {
            try {
                work.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
