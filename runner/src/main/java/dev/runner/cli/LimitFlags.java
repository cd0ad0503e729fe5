package dev.runner.cli;

import dev.runner.host.sandbox.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What RUN steps may use: Docker's flags, and those of {@code docker run} that {@code docker buildx build} lacks. */
final class LimitFlags {
    @Option(
            names = {"-m", "--memory"},
            paramLabel = "SIZE",
            description = "Memory of a RUN step, as 512m or 2g (needs control groups).")
    @Nullable
    String memory;

    @Option(
            names = "--cpus",
            paramLabel = "NUMBER",
            description = "Processors of a RUN step, as 1.5 (needs control groups).")
    @Nullable
    Double cpus;

    @Option(
            names = "--pids-limit",
            paramLabel = "NUMBER",
            description = "Processes of a RUN step (needs control groups).")
    @Nullable
    Integer pids;

    @Option(names = "--shm-size", paramLabel = "SIZE", description = "Size of /dev/shm of RUN steps (default: 64m).")
    @Nullable
    String shm;

    @Option(
            names = "--ulimit",
            paramLabel = "NAME=SOFT[:HARD]",
            description = "A limit of RUN steps, as nofile=1024:4096.")
    List<String> ulimits = new ArrayList<>();

    @Option(
            names = "--cgroup-parent",
            paramLabel = "GROUP",
            description = "The control group that RUN steps' groups are in.")
    @Nullable
    String parent;

    Limits limits() {
        if (cpus != null && cpus <= 0) {
            throw new UsageException("--cpus is a number above zero, not " + cpus);
        }
        return new Limits(
                memory == null ? null : bytes("--memory", memory),
                cpus,
                pids,
                shm == null ? null : bytes("--shm-size", shm),
                ulimits.stream().map(LimitFlags::ulimit).toList(),
                parent);
    }

    private static long bytes(String flag, String text) {
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
            if (value <= 0) {
                throw new UsageException(flag + " is a size above zero, not '" + text + "'");
            }
            return (long) (value * (1L << shift));
        } catch (NumberFormatException e) {
            throw new UsageException(flag + " is a size such as 512m or 2g, not '" + text + "'");
        }
    }

    private static Limits.Ulimit ulimit(String text) {
        int equals = text.indexOf('=');
        String[] values =
                equals < 0 ? new String[0] : text.substring(equals + 1).split(":", -1);
        try {
            if (equals > 0 && values.length <= 2) {
                long soft = Long.parseLong(values[0]);
                long hard = values.length == 2 ? Long.parseLong(values[1]) : soft;
                if (hard == -1 || soft != -1 && soft <= hard) {
                    return new Limits.Ulimit(text.substring(0, equals), soft, hard);
                }
            }
        } catch (NumberFormatException e) {
            // Said below.
        } catch (IllegalArgumentException e) {
            throw new UsageException("--ulimit: " + e.getMessage());
        }
        throw new UsageException("--ulimit takes NAME=SOFT[:HARD], as nofile=1024:4096, not '" + text + "'");
    }
}
