package dev.runner.build.embedded.containers;

import dev.runner.build.container.ContainerState.Health;
import dev.runner.build.container.HealthCheck;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Asks a container again and again whether it is well. Within the start period failures do not count and the questions
 * come at its own interval, until the first success; then so many failures in a row make it unhealthy, and one success
 * well again.
 *
 * @see <a href="https://docs.docker.com/reference/dockerfile/#healthcheck">Dockerfile reference, HEALTHCHECK</a>
 */
public final class HealthWatch implements Runnable {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

    private final HealthCheck check;
    private final Question question;
    private final Consumer<Health> told;

    /** Runs the command of a check. */
    @FunctionalInterface
    public interface Question {
        /** Whether it succeeded within the time. */
        boolean ask(Duration timeout) throws InterruptedException;
    }

    /**
     * @param check without a null
     * @param told hears of each change
     */
    public HealthWatch(HealthCheck check, Question question, Consumer<Health> told) {
        this.check = check;
        this.question = question;
        this.told = told;
    }

    /** The words that a check's test means. */
    public static List<String> command(HealthCheck check, List<String> shell) {
        List<String> test = Objects.requireNonNull(check.test());
        List<String> rest = test.subList(1, test.size());
        if (test.getFirst().equals("CMD-SHELL")) {
            List<String> words = new java.util.ArrayList<>(shell);
            words.addAll(rest);
            return words;
        }
        return test.getFirst().equals("CMD") ? rest : test;
    }

    /** Goes on until interrupted. */
    @Override
    public void run() {
        long begun = System.nanoTime();
        long startPeriod = Objects.requireNonNull(check.startPeriod()).toNanos();
        int failures = 0;
        Health health = Health.STARTING;
        boolean settled = startPeriod == 0;
        try {
            while (true) {
                boolean starting = !settled && System.nanoTime() - begun < startPeriod;
                Duration pause = Objects.requireNonNull(starting ? check.startInterval() : check.interval());
                if (health == Health.STARTING && failures == 0 && askedEarly(pause)) {
                    settled = true;
                    health = Health.HEALTHY;
                    told.accept(health);
                    continue;
                } else if (health != Health.STARTING || failures > 0) {
                    Thread.sleep(pause);
                }
                boolean counts = settled || System.nanoTime() - begun >= startPeriod;
                Health before = health;
                if (question.ask(Objects.requireNonNull(check.timeout()))) {
                    failures = 0;
                    settled = true;
                    health = Health.HEALTHY;
                } else if (counts && ++failures >= Objects.requireNonNull(check.retries())) {
                    health = Health.UNHEALTHY;
                }
                if (health != before) {
                    told.accept(health);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Waits for the next question that counts. Meanwhile it asks at growing pauses, so that nobody waits half a minute for
     * a service that is there at once; what fails early says nothing.
     *
     * @return true as soon as one succeeded; false when the time is over
     */
    private boolean askedEarly(Duration atMost) throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        for (Duration pause = FIRST_PAUSE; ; pause = pause.multipliedBy(2)) {
            long left = end - System.nanoTime();
            if (pause.toNanos() >= left) {
                Thread.sleep(Duration.ofNanos(Math.max(0, left)));
                return false;
            }
            Thread.sleep(pause);
            if (question.ask(Objects.requireNonNull(check.timeout()))) {
                return true;
            }
        }
    }
}
