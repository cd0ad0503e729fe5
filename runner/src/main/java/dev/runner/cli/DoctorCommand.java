package dev.runner.cli;

import dev.runner.host.Machine;
import dev.runner.host.emulator.EmulatorFinder;
import dev.runner.host.sandbox.Sandboxes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code runner doctor}: what of this machine works, what does not, and what mends it. */
final class DoctorCommand implements Flags.Declaring, Callable<Integer> {
    private final RunnerCommand parent;
    private final RegistryOptions registry = new RegistryOptions();
    private String output = "text";
    private boolean offline;
    private List<String> registries = new ArrayList<>();

    DoctorCommand(RunnerCommand parent) {
        this.parent = parent;
    }

    @Override
    public void declare(Flags flags) {
        flags.command(
                "doctor",
                "Check this machine: rights, sandboxes, emulation, file systems, limits, programs, registries, CI.",
                "ok works, no could be better and is not needed, !! must be mended: then it ends with 3.");
        flags.option("--output").label("FORM").says("text or json.").value(String.class, value -> output = value);
        flags.option("--offline").says("Ask no registry.").on(value -> offline = value);
        flags.option("--registry")
                .label("HOST")
                .says("A registry to reach (default: Docker Hub, and those with logins).")
                .values(String.class, values -> registries = values);
        registry.declare(flags);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (!List.of("text", "json").contains(output)) {
            throw new UsageException("--output takes text or json, not '" + output + "'");
        }
        HealthReport report = new HealthReport();
        try (Toolbox toolbox = parent.toolbox(registry)) {
            examine(report, toolbox);
        }
        if (output.equals("json")) {
            parent.out().print(report.json());
        } else {
            report.print(parent.out());
            parent.out().println();
            parent.out()
                    .println(
                            report.works()
                                    ? "The first sandbox that is ok is used, or the one that RUNNER_SANDBOX names. RUN steps work here."
                                    : "What is marked !! must be mended; builds without RUN steps may work.");
        }
        parent.out().flush();
        return report.works() ? ExitCode.PASSED : ExitCode.MACHINE_LACKS;
    }

    private void examine(HealthReport report, Toolbox toolbox) throws IOException, InterruptedException {
        Machine machine = Machine.inspect();
        MachineHealth health = new MachineHealth(report, machine, parent.environment());
        health.check();
        health.place();
        boolean writable = new StoreHealth(report, machine, toolbox.processes()).check(toolbox.locations());
        if (writable) {
            Sandboxes sandboxes = new Sandboxes(
                    toolbox.processes(), toolbox.locations().cache().resolve("sandboxes"));
            health.sandboxes(sandboxes);
            health.limits(sandboxes);
        }
        EmulatorFinder finder = new EmulatorFinder(
                toolbox.binfmt(), toolbox.processes(), toolbox.locations().emulators(), EmulatorFinder.Policy.OFFLINE);
        new EmulationHealth(report, toolbox.binfmt(), finder).check();
        new ToolHealth(report, toolbox.processes()).check();
        new NetworkHealth(report, toolbox, parent.environment()).check(registries, offline);
    }
}
