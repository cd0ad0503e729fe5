package dev.runner.build.buildkit;

import dev.runner.build.BuilderSpec;
import dev.runner.build.Engine;
import dev.runner.build.Images;
import dev.runner.build.LocalImages;
import dev.runner.registry.RegistryConfiguration;
import dev.runner.secret.Masker;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * BuildKit as an engine, through Buildx. Results come into the store of the embedded engine as its own do: as a whole, or,
 * when a registry has them, by what they are called there. Closing it removes the builders that it made. Safe for several
 * threads.
 */
public final class BuildKit implements AutoCloseable {
    private static final BuilderSpec CURRENT = new BuilderSpec(null, null, List.of(), true);

    private final Parts parts;

    /**
     * What builds work with.
     *
     * @param work a private folder of the run, which {@link #clear} is given should the run die
     * @param images of the local store
     * @param local the same, to be managed
     * @param registries how to reach registries; a builder that is made here is told, others must know it
     */
    public record Parts(
            Buildx buildx,
            Path work,
            Images images,
            LocalImages local,
            RegistryConfiguration registries,
            Masker masker,
            Patience patience) {}

    /**
     * How long a builder may be silent.
     *
     * @param silence after which it is asked whether it lives: a step may say nothing for hours
     * @param answer how long it may take to say so; twice
     */
    public record Patience(Duration silence, Duration answer) {
        public static final Patience DEFAULT = new Patience(Duration.ofMinutes(2), Duration.ofSeconds(30));
    }

    private final BuilderKeeper builders;

    public BuildKit(Parts parts) {
        this.parts = parts;
        this.builders = new BuilderKeeper(parts.buildx(), parts.registries(), parts.work());
    }

    /** Removes the builders that a run made and, because it was killed, did not remove. */
    public static void clear(Buildx buildx, Path work) throws IOException {
        MadeBuilders.in(work).clear(buildx);
    }

    /**
     * An engine.
     *
     * @param builder null for Buildx's current one
     */
    public Engine engine(@Nullable BuilderSpec builder) {
        BuilderSpec spec = builder == null ? CURRENT : builder;
        return (request, listener) -> new BuildKitBuild(parts, builders, spec, request, listener).run();
    }

    @Override
    public void close() {
        builders.close();
    }
}
