package dev.runner.schedule;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The cancellation of one step, or of what a job does besides its steps; bound to the thread that works. */
final class StepCancellation implements Cancellation {
    private final Thread worker = Thread.currentThread();
    private final Set<Action> onCancel = new LinkedHashSet<>();
    private final Set<Action> onKill = new LinkedHashSet<>();
    private volatile @Nullable Reason reason;
    private volatile boolean killed;
    private boolean ended;

    /** An action is compared by identity, so that the same lambda may be registered twice. */
    private static final class Action {
        private final Runnable work;

        Action(Runnable work) {
            this.work = work;
        }
    }

    @Override
    public @Nullable Reason reason() {
        return reason;
    }

    @Override
    public boolean isKilled() {
        return killed;
    }

    @Override
    public Registration onCancel(Runnable action) {
        return register(onCancel, action, reason != null);
    }

    @Override
    public Registration onKill(Runnable action) {
        return register(onKill, action, killed);
    }

    private Registration register(Set<Action> actions, Runnable work, boolean hint) {
        Action action = new Action(work);
        boolean now;
        synchronized (this) {
            now = hint || (actions == onCancel ? reason != null : killed);
            if (!now) {
                actions.add(action);
            }
        }
        if (now) {
            work.run();
        }
        return () -> {
            synchronized (this) {
                actions.remove(action);
            }
        };
    }

    /** Only the first reason counts. */
    void cancel(Reason why) {
        List<Action> due;
        synchronized (this) {
            if (reason != null || ended) {
                return;
            }
            reason = why;
            due = new ArrayList<>(onCancel);
            onCancel.clear();
            worker.interrupt();
        }
        call(due);
    }

    /** Cancels as well, if that has not happened. */
    void kill(Reason why) {
        List<Action> due;
        synchronized (this) {
            if (killed || ended) {
                return;
            }
            killed = true;
            due = new ArrayList<>();
            if (reason == null) {
                reason = why;
                due.addAll(onCancel);
                onCancel.clear();
            }
            due.addAll(onKill);
            onKill.clear();
            worker.interrupt();
        }
        call(due);
    }

    /** The work is over: an interrupt that came too late must not hit what the thread does next. */
    void end() {
        synchronized (this) {
            ended = true;
            boolean late = Thread.interrupted();
            if (late && reason == null) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** On a thread of their own: an action may wait for a process to end, and who cancels must not. */
    private static void call(List<Action> actions) {
        for (Action action : actions) {
            Thread.ofVirtual().name("cancel").start(action.work);
        }
    }
}
