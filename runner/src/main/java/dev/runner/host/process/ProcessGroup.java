package dev.runner.host.process;

import dev.runner.host.posix.Posix;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A child, its group and its pumps. */
final class ProcessGroup implements RunningProcess {
    private final Process process;
    private final List<Pump> pumps;
    private final ProcessRunner owner;
    private final boolean leadsGroup;

    /** @param leadsGroup whether {@code setsid} was there to give the child a group of its own */
    ProcessGroup(Process process, List<Pump> pumps, ProcessRunner owner, boolean leadsGroup) {
        this.process = process;
        this.pumps = pumps;
        this.owner = owner;
        this.leadsGroup = leadsGroup;
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public int await() throws IOException, InterruptedException {
        int exitCode = process.waitFor();
        for (Pump pump : pumps) {
            pump.drain();
        }
        if (!isAlive()) {
            owner.forget(this);
        }
        return exitCode;
    }

    @Override
    public boolean await(Duration atMost) throws IOException, InterruptedException {
        if (!process.waitFor(atMost.toNanos(), TimeUnit.NANOSECONDS)) {
            return false;
        }
        await();
        return true;
    }

    @Override
    public void terminate(Duration grace) {
        long deadline = System.nanoTime() + grace.toNanos();
        boolean interrupted = false;
        try {
            if (signal(Posix.SIGTERM)) {
                for (long pause = 2; isAlive() && System.nanoTime() < deadline; pause = Math.min(50, pause * 2)) {
                    process.waitFor(pause, TimeUnit.MILLISECONDS);
                    if (!process.isAlive() && isAlive()) {
                        Thread.sleep(pause);
                    }
                }
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        kill();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Kills the group and waits until it is gone. Nothing survives SIGKILL but a process stuck in the kernel (a dead
     * network file system), and a zombie whose parent does not look: those are waited for two seconds only.
     */
    void kill() {
        boolean interrupted = false;
        long deadline = System.nanoTime() + Duration.ofSeconds(2).toNanos();
        while (signal(Posix.SIGKILL) && System.nanoTime() < deadline) {
            try {
                process.waitFor(1, TimeUnit.MILLISECONDS);
                if (!process.isAlive() && isAlive()) {
                    Thread.sleep(1);
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        owner.forget(this);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether the child or any process of its group lives. */
    boolean isAlive() {
        return process.isAlive() || signal(0);
    }

    /**
     * Signals the group, and says whether there was one. When the child is gone and a process has its number, the group
     * is gone too and the number is a stranger's: the kernel gives no number away that is still a group's.
     */
    private boolean signal(int signal) {
        if (!leadsGroup) {
            return signalTree(signal);
        }
        if (!process.isAlive() && ProcessHandle.of(pid()).isPresent()) {
            return false;
        }
        try {
            return Posix.signalGroup(pid(), signal);
        } catch (IOException e) {
            // Some other user's process by now (a set-uid program): the child itself is all we may end.
            if (signal == Posix.SIGKILL) {
                process.destroyForcibly();
            }
            return process.isAlive();
        }
    }

    private boolean signalTree(int signal) {
        List<ProcessHandle> tree =
                new java.util.ArrayList<>(process.descendants().toList());
        tree.add(process.toHandle());
        if (signal != 0) {
            tree.forEach(signal == Posix.SIGKILL ? ProcessHandle::destroyForcibly : ProcessHandle::destroy);
        }
        return process.isAlive();
    }
}
