package dev.runner.build.embedded.containers;

import dev.runner.build.container.ContainerState;
import dev.runner.build.container.PortMapping;
import dev.runner.host.sandbox.Inside;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a container is, as it is written down.
 *
 * @param inside how to join it; null when it does not run
 * @param owner who looks after it; null when nobody has
 */
public record Condition(
        ContainerState state,
        @Nullable Inside inside,
        @Nullable Owner owner,
        Surroundings surroundings) {
    /** What it has of this machine, as in {@link dev.runner.build.container.RunningContainer.Details}. */
    public record Surroundings(String address, List<PortMapping> ports, Map<String, Path> mounts, List<String> notes) {
        public static final Surroundings NONE = new Surroundings("", List.of(), Map.of(), List.of());

        public Surroundings {
            ports = List.copyOf(ports);
            mounts = Map.copyOf(mounts);
            notes = List.copyOf(notes);
        }

        /** Of a container that has ended: no address, and no port is its any more. */
        Surroundings ended() {
            return new Surroundings("", List.of(), mounts, notes);
        }
    }

    /** Made, never started. */
    public static final Condition CREATED = new Condition(
            new ContainerState(ContainerState.Status.CREATED, 0, 0, null, null, null, ContainerState.Health.NONE),
            null,
            null,
            Surroundings.NONE);

    public Condition withHealth(ContainerState.Health health) {
        ContainerState s = state;
        return new Condition(
                new ContainerState(s.status(), s.pid(), s.exitCode(), s.error(), s.started(), s.finished(), health),
                inside,
                owner,
                surroundings);
    }

    /** Begun just now. */
    static Condition running(Inside inside, Surroundings surroundings, ContainerState.Health health) {
        return new Condition(
                new ContainerState(ContainerState.Status.RUNNING, inside.init(), 0, null, Instant.now(), null, health),
                inside,
                Owner.self(),
                surroundings);
    }

    /** Ended just now. */
    Condition ended(int exitCode, @Nullable String error, boolean restarting) {
        return new Condition(
                new ContainerState(
                        restarting ? ContainerState.Status.RESTARTING : ContainerState.Status.EXITED,
                        0,
                        exitCode,
                        error,
                        state.started(),
                        Instant.now(),
                        state.health()),
                null,
                owner,
                surroundings.ended());
    }

    /** As it is now: one whose owner died while it ran is dead. */
    Condition now() {
        boolean lost = state.lasting() && (owner == null || !owner.alive());
        if (!lost) {
            return this;
        }
        ContainerState s = state;
        return new Condition(
                new ContainerState(
                        ContainerState.Status.DEAD, 0, 137, "its owner was killed", s.started(), null, s.health()),
                null,
                owner,
                surroundings.ended());
    }
}
