package dev.runner.host.sandbox;

import dev.runner.host.Machine;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a process may do, as words for the machine's programs that start it. */
final class Rights {
    private Rights() {}

    /** Options of setpriv: capabilities, group and supplementary groups. The user comes later, for it ends all rights. */
    static List<String> given(SandboxSpec spec, Machine machine) {
        boolean kept = spec.privilege() != Privilege.DEFAULT
                || !machine.rights().capabilities().contains("SETPCAP");
        return given(
                spec.process().user(),
                kept
                        ? null
                        : Kernel.CAPABILITIES.stream()
                                .filter(machine.rights().capabilities()::contains)
                                .toList());
    }

    /**
     * As {@link #given(SandboxSpec, Machine)}.
     *
     * @param capabilities that root is left with; null to leave them as they are
     */
    static List<String> given(SandboxProcess.User user, @Nullable List<String> capabilities) {
        List<String> options = new ArrayList<>();
        if (capabilities != null) {
            StringBuilder bounding = new StringBuilder("--bounding-set=-all");
            for (String capability : capabilities) {
                bounding.append(",+").append(capability.toLowerCase(Locale.ROOT));
            }
            options.add(bounding.toString());
        }
        options.add("--regid=" + Integer.toUnsignedString(user.gid()));
        List<String> groups =
                user.groups().stream().map(Integer::toUnsignedString).toList();
        if (!Kernel.setsGroups()) {
            options.add("--keep-groups");
        } else {
            options.add(groups.isEmpty() ? "--clear-groups" : "--groups=" + String.join(",", groups));
        }
        return options;
    }

    /** A prefix that puts the process into a control group and sets its limits; empty for none. */
    static List<String> limited(SandboxSpec spec, ControlGroup group) throws SandboxException {
        List<String> argv = new ArrayList<>();
        if (!group.folders().isEmpty()) {
            argv.addAll(List.of(Shell.tool("sh"), "-c", "set -e; " + group.joining() + "; exec \"$@\"", "sh"));
        }
        argv.addAll(limited(spec));
        return argv;
    }

    /** A prefix that sets the limits which need no control group; empty for none. */
    static List<String> limited(SandboxSpec spec) throws SandboxException {
        if (spec.limits().ulimits().isEmpty()) {
            return List.of();
        }
        List<String> argv = new ArrayList<>(List.of(Shell.tool("prlimit")));
        for (Limits.Ulimit limit : spec.limits().ulimits()) {
            argv.add("--" + limit.name() + "=" + value(limit.soft()) + ":" + value(limit.hard()));
        }
        return argv;
    }

    private static String value(long limit) {
        return limit < 0 ? "unlimited" : Long.toString(limit);
    }
}
