package dev.runner.host.sandbox;

import java.util.ArrayList;
import java.util.List;

/**
 * One limit, as the files of a control group have it.
 *
 * @param controller that keeps it
 * @param flag as people wrote it, for messages
 * @param unified what is written in version 2
 * @param old what is written in version 1, in this order
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html#controllers">Control Group v2, controllers</a>
 */
record ControlSetting(String controller, String flag, List<Value> unified, List<Value> old) {
    static final List<String> CONTROLLERS = List.of("memory", "cpu", "pids");

    private static final long PERIOD = 100_000;

    /** @param optional whether kernels may be without the file */
    record Value(String file, String text, boolean optional) {
        Value(String file, Object value) {
            this(file, value.toString(), false);
        }
    }

    static List<ControlSetting> of(Limits limits) {
        List<ControlSetting> settings = new ArrayList<>();
        Long memory = limits.memoryBytes();
        if (memory != null) {
            // Without swap: a step that needs more than it may have is to fail, not to slow the machine down.
            settings.add(new ControlSetting(
                    "memory",
                    "--memory",
                    List.of(new Value("memory.max", memory), new Value("memory.swap.max", "0", true)),
                    List.of(
                            new Value("memory.limit_in_bytes", memory),
                            new Value("memory.memsw.limit_in_bytes", memory.toString(), true))));
        }
        Double cpus = limits.cpus();
        if (cpus != null) {
            long quota = Math.round(cpus * PERIOD);
            settings.add(new ControlSetting(
                    "cpu",
                    "--cpus",
                    List.of(new Value("cpu.max", quota + " " + PERIOD)),
                    List.of(new Value("cpu.cfs_period_us", PERIOD), new Value("cpu.cfs_quota_us", quota))));
        }
        Integer pids = limits.pids();
        if (pids != null) {
            List<Value> most = List.of(new Value("pids.max", pids));
            settings.add(new ControlSetting("pids", "--pids-limit", most, most));
        }
        return settings;
    }
}
