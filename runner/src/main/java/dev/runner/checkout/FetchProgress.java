package dev.runner.checkout;

import org.eclipse.jgit.lib.ProgressMonitor;

/** Tells JGit's progress to the listener, and JGit of an interruption. */
final class FetchProgress implements ProgressMonitor {
    private final CheckoutListener listener;
    private String task = "";
    private int total;
    private int done;

    FetchProgress(CheckoutListener listener) {
        this.listener = listener;
    }

    @Override
    public void start(int totalTasks) {}

    @Override
    public void beginTask(String title, int totalWork) {
        task = title;
        total = totalWork;
        done = 0;
    }

    @Override
    public void update(int completed) {
        done += completed;
        listener.progress(task, done, total);
    }

    @Override
    public void endTask() {}

    @Override
    public boolean isCancelled() {
        return Thread.currentThread().isInterrupted();
    }

    @Override
    public void showDuration(boolean enabled) {}
}
