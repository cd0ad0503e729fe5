package dev.runner.schedule;

import dev.runner.schedule.GroupState.Member;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What only one job at a time may have, among all runs. Each wait for one has a thread of its own, so that a job takes no
 * slot before it can begin. Guarded by the run's lock.
 */
final class Claims {
    private final PlanRun run;
    private final StepExecutor executor;
    private final Map<Member, Claim> all = new HashMap<>();

    Claims(PlanRun run, StepExecutor executor) {
        this.run = run;
        this.executor = executor;
    }

    /** Gets what is claimed; blocks until it is there. */
    interface Taker {
        AutoCloseable take() throws IOException, InterruptedException;
    }

    private static final class Claim {
        /** Empty for a turn, of which the jobs of a run know by themselves. */
        final String resource;

        @Nullable
        Thread thread;

        @Nullable
        AutoCloseable had;

        Claim(String resource) {
            this.resource = resource;
        }
    }

    /** Whether another job of the run has it, or waits for it. */
    boolean isTaken(String resource, Member by) {
        return all.entrySet().stream()
                .anyMatch(entry ->
                        entry.getKey() != by && entry.getValue().resource.equals(resource));
    }

    /** Whether the job has it; if not, it begins to wait. */
    boolean has(Member member, String resource) {
        return has(
                member,
                resource,
                () -> executor.take(
                        resource,
                        () -> run.waitsFor(member, "Waits for the resource " + resource + ", which another run has")));
    }

    /** Whether the job has its turn among all runs; if not, it begins to wait. */
    boolean hasTurn(Member member, StepExecutor.Turn turn) {
        return has(
                member,
                "",
                () -> executor.takeTurn(turn, new StepExecutor.Waits() {
                    @Override
                    public void begin() {
                        run.waitsFor(member, "Waits for its turn in the concurrency group " + turn.group());
                    }

                    @Override
                    public void replaced() {
                        run.replaced(member);
                    }
                }));
    }

    private boolean has(Member member, String resource, Taker taker) {
        Claim claim = all.get(member);
        if (claim != null) {
            return claim.had != null;
        }
        Claim made = new Claim(resource);
        // A wait for the lock of a file would hold the carrier of a virtual thread.
        Thread thread =
                Thread.ofPlatform().daemon().name("resource " + resource).unstarted(() -> take(member, made, taker));
        made.thread = thread;
        all.put(member, made);
        thread.start();
        return false;
    }

    private void take(Member member, Claim claim, Taker taker) {
        try {
            AutoCloseable had = taker.take();
            synchronized (run) {
                if (all.get(member) == claim) {
                    claim.had = had;
                    run.claimed(member, null);
                    return;
                }
            }
            close(had);
        } catch (InterruptedException e) {
            // The job has ended without it.
        } catch (IOException | RuntimeException e) {
            run.claimed(member, e);
        }
    }

    /** Gives back what an ended job has, and ends its wait. */
    void release(Member member) {
        Claim claim = all.remove(member);
        if (claim == null) {
            return;
        }
        if (claim.had != null) {
            close(claim.had);
        } else if (claim.thread != null) {
            claim.thread.interrupt();
        }
    }

    private static void close(AutoCloseable had) {
        try {
            had.close();
        } catch (Exception e) {
            throw new IllegalStateException("a resource cannot be given back", e);
        }
    }
}
