package dev.runner.schedule;

import dev.runner.expression.Scope;
import dev.runner.pipeline.Job;
import dev.runner.schedule.GroupState.Member;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Whose turn it is in each group of jobs that must not run at the same time. Guarded by the run's lock. */
final class Turns {
    /** Of a group: the job that runs, and the one that waits. */
    private static final class Place {
        private @Nullable Member running;
        private @Nullable Member waiting;
    }

    private final Map<String, Place> places = new HashMap<>();

    /**
     * Whether a job may start; if not, it waits, and others may lose their places.
     *
     * @param turn null for a job that is in no group
     * @param replace cancels a job that has lost its place
     */
    boolean has(Member member, Job.@Nullable Turn turn, Scope scope, Consumer<Member> replace) {
        String name = turn == null ? "" : turn.group().text(scope).toLowerCase(Locale.ROOT);
        if (turn == null || name.isEmpty()) {
            return true;
        }
        Place place = places.computeIfAbsent(name, _ -> new Place());
        if (place.running == member) {
            return true;
        }
        if (place.running == null || place.running.result != null) {
            place.running = member;
            if (place.waiting == member) {
                place.waiting = null;
            }
            return true;
        }
        if (place.waiting != member && !turn.queues()) {
            Member older = place.waiting;
            place.waiting = member;
            if (older != null) {
                replace.accept(older);
            }
            if (turn.cancelRunning().isTrue(scope)) {
                replace.accept(place.running);
            }
        }
        return false;
    }
}
