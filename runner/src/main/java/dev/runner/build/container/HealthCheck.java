package dev.runner.build.container;

import dev.runner.oci.ImageConfig.Healthcheck;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a container is asked whether it is well, as Docker's HEALTHCHECK; null is the image's value, else Docker's default.
 *
 * @param test {@code ["CMD", …]}, {@code ["CMD-SHELL", text]} or {@code ["NONE"]} for no question at all
 * @param retries how many failures in a row make it unhealthy
 * @param startPeriod failures within it do not count, until the first success
 * @param startInterval between questions within the start period
 */
public record HealthCheck(
        @Nullable List<String> test,
        @Nullable Duration interval,
        @Nullable Duration timeout,
        @Nullable Integer retries,
        @Nullable Duration startPeriod,
        @Nullable Duration startInterval) {
    /** As the image says. */
    public static final HealthCheck IMAGES_OWN = new HealthCheck(null, null, null, null, null, null);

    public HealthCheck {
        test = test == null ? null : List.copyOf(test);
    }

    /** A command by the container's shell. */
    public static HealthCheck shell(String command) {
        return IMAGES_OWN.withTest(List.of("CMD-SHELL", command));
    }

    /** No question, whatever the image says. */
    public static HealthCheck none() {
        return IMAGES_OWN.withTest(List.of("NONE"));
    }

    public HealthCheck withTest(List<String> newTest) {
        return new HealthCheck(newTest, interval, timeout, retries, startPeriod, startInterval);
    }

    public HealthCheck every(Duration newInterval) {
        return new HealthCheck(test, newInterval, timeout, retries, startPeriod, startInterval);
    }

    public HealthCheck within(Duration newTimeout) {
        return new HealthCheck(test, interval, newTimeout, retries, startPeriod, startInterval);
    }

    public HealthCheck retrying(int newRetries) {
        return new HealthCheck(test, interval, timeout, newRetries, startPeriod, startInterval);
    }

    public HealthCheck startingFor(Duration newStartPeriod) {
        return new HealthCheck(test, interval, timeout, retries, newStartPeriod, startInterval);
    }

    public HealthCheck startingEvery(Duration newStartInterval) {
        return new HealthCheck(test, interval, timeout, retries, startPeriod, newStartInterval);
    }

    /**
     * With what the image says where this says nothing, and Docker's defaults where neither does; null when nothing is to
     * be asked.
     */
    public @Nullable HealthCheck over(@Nullable Healthcheck image) {
        List<String> asked = test != null ? test : image == null ? List.of() : image.test();
        if (asked.isEmpty() || asked.getFirst().equals("NONE")) {
            return null;
        }
        int imageRetries = image == null ? 0 : image.retries();
        return new HealthCheck(
                asked,
                first(interval, image == null ? 0 : image.interval(), Duration.ofSeconds(30)),
                first(timeout, image == null ? 0 : image.timeout(), Duration.ofSeconds(30)),
                retries != null && retries > 0
                        ? retries
                        : imageRetries > 0 ? Integer.valueOf(imageRetries) : Integer.valueOf(3),
                first(startPeriod, image == null ? 0 : image.startPeriod(), Duration.ZERO),
                first(startInterval, image == null ? 0 : image.startInterval(), Duration.ofSeconds(5)));
    }

    private static Duration first(@Nullable Duration own, long imageNanos, Duration otherwise) {
        if (own != null && !own.isZero()) {
            return own;
        }
        return imageNanos > 0 ? Duration.ofNanos(imageNanos) : otherwise;
    }
}
