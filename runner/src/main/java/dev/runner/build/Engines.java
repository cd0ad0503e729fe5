package dev.runner.build;

import org.jspecify.annotations.Nullable;

/** The engines that a run may build with; each is made when it is first asked for. Safe for several threads. */
@FunctionalInterface
public interface Engines {
    /**
     * The engine of a build.
     *
     * @param kind null where the build says nothing, which leaves it to the run
     * @param builder of BuildKit; null where the build says nothing
     */
    Engine engine(@Nullable EngineKind kind, @Nullable BuilderSpec builder);

    /** The engine of builds that say nothing. */
    default Engine engine() {
        return engine(null, null);
    }

    /** One engine, whatever is asked for. */
    static Engines only(Engine engine) {
        return (kind, builder) -> engine;
    }
}
