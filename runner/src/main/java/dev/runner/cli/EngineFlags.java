package dev.runner.cli;

import dev.runner.build.BuilderSpec;
import dev.runner.build.EngineKind;
import org.jspecify.annotations.Nullable;

/** What builds images: flags that are stronger than what a pipeline says. */
final class EngineFlags implements Flags.Declaring {
    @Nullable
    String engine;

    @Nullable
    String builder;

    @Override
    public void declare(Flags flags) {
        flags.option("--engine")
                .label("ENGINE")
                .says("embedded (default) or buildkit, which builds through Docker's Buildx.")
                .value(String.class, value -> engine = value);
        flags.option("--builder")
                .label("NAME")
                .says("A builder of Buildx; means the engine buildkit (default: Buildx's current one).")
                .value(String.class, value -> builder = value);
    }

    /** The engine that is asked for; null for none. */
    @Nullable
    EngineKind kind() {
        EngineKind kind = engine == null ? null : parse(engine);
        if (kind == EngineKind.EMBEDDED && builder != null) {
            throw new UsageException("the embedded engine has no builders: leave --builder out, or --engine embedded");
        }
        return kind == null && builder != null ? EngineKind.BUILDKIT : kind;
    }

    @Nullable
    BuilderSpec spec() {
        try {
            return builder == null ? null : BuilderSpec.named(builder);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    static EngineKind parse(String word) {
        try {
            return EngineKind.parse(word);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }
}
