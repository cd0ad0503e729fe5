package dev.runner.build;

import dev.runner.host.sandbox.Limits;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What RUN steps may use, as written: the words of Docker's flags.
 *
 * @param memory as {@code 512m}
 * @param cpus as {@code 1.5}
 * @param pids how many processes
 * @param shm the size of {@code /dev/shm}, as {@code 64m}
 * @param ulimits as {@code nofile=1024:4096}
 * @param parent the control group that those of RUN steps are in
 */
public record RunLimits(
        @Nullable String memory,
        @Nullable String cpus,
        @Nullable String pids,
        @Nullable String shm,
        List<String> ulimits,
        @Nullable String parent) {
    public RunLimits {
        ulimits = List.copyOf(ulimits);
    }

    /**
     * What the words mean.
     *
     * @throws IllegalArgumentException with a message for people
     */
    public Limits limits() {
        return new Limits(
                memory == null ? null : bytes("memory", memory),
                cpus == null ? null : positive("cpus", cpus),
                pids == null ? null : (int) positive("pids-limit", pids),
                shm == null ? null : bytes("shm-size", shm),
                ulimits.stream().map(RunLimits::ulimit).toList(),
                parent);
    }

    private static double positive(String key, String text) {
        try {
            double number = Double.parseDouble(text);
            if (number > 0 && number <= Integer.MAX_VALUE) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new IllegalArgumentException(key + " is a number above zero, not '" + text + "'");
    }

    /**
     * A size in bytes, as {@code 512m} or {@code 2g}.
     *
     * @throws IllegalArgumentException with a message for people, which names the key
     */
    public static long bytes(String key, String text) {
        String lower = text.toLowerCase(Locale.ROOT).replaceFirst("(?<=[kmgt])i?b$|(?<=[0-9])b$", "");
        int shift = switch (lower.isEmpty() ? ' ' : lower.charAt(lower.length() - 1)) {
            case 'k' -> 10;
            case 'm' -> 20;
            case 'g' -> 30;
            case 't' -> 40;
            default -> 0;
        };
        try {
            String number = shift == 0 ? lower : lower.substring(0, lower.length() - 1);
            double value = Double.parseDouble(number);
            if (value > 0) {
                return (long) (value * (1L << shift));
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new IllegalArgumentException(key + " is a size above zero such as 512m or 2g, not '" + text + "'");
    }

    private static Limits.Ulimit ulimit(String text) {
        int equals = text.indexOf('=');
        String[] values =
                equals < 0 ? new String[0] : text.substring(equals + 1).split(":", -1);
        if (equals > 0 && values.length <= 2) {
            try {
                long soft = Long.parseLong(values[0]);
                long hard = values.length == 2 ? Long.parseLong(values[1]) : soft;
                if (hard == -1 || soft != -1 && soft <= hard) {
                    return new Limits.Ulimit(text.substring(0, equals), soft, hard);
                }
            } catch (NumberFormatException e) {
                // Said below.
            }
        }
        throw new IllegalArgumentException("a ulimit is NAME=SOFT[:HARD], as nofile=1024:4096, not '" + text + "'");
    }
}
