package dev.runner.registry;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How many blobs move to and from one host at a time, and how long it wants to be left alone.
 *
 * <p>Up and down have places of their own: an upload may read its content from a download of the same host, and would
 * otherwise wait for itself. A 429 halves the places and closes the gate for as long as the host asked; each run of
 * good answers as long as the places opens one more, up to the first number. So a busy registry slows us down and does
 * not fail us.
 */
final class Gate {
    static final int PLACES = 6;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private int places = PLACES;
    private int good;
    private final int[] taken = new int[Direction.values().length];
    private long closedUntil = System.nanoTime();

    enum Direction {
        DOWN,
        UP
    }

    void enter(Direction direction) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (taken[direction.ordinal()] >= places) {
                changed.await();
            }
            taken[direction.ordinal()]++;
        } finally {
            lock.unlock();
        }
    }

    void leave(Direction direction) {
        lock.lock();
        try {
            taken[direction.ordinal()]--;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The host answered 429 and wants this much time. */
    void slowDown(Duration wait) {
        lock.lock();
        try {
            places = Math.max(1, places / 2);
            good = 0;
            closedUntil = Math.max(closedUntil, System.nanoTime() + wait.toNanos());
        } finally {
            lock.unlock();
        }
    }

    /** The host answered well. */
    void speedUp() {
        lock.lock();
        try {
            if (places < PLACES && ++good >= places) {
                places++;
                good = 0;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** How long the host still wants to be left alone; zero or less when it does not. */
    Duration closedFor() {
        lock.lock();
        try {
            return Duration.ofNanos(closedUntil - System.nanoTime());
        } finally {
            lock.unlock();
        }
    }

    int places() {
        lock.lock();
        try {
            return places;
        } finally {
            lock.unlock();
        }
    }
}
