package dev.runner.build.embedded;

import dev.runner.build.BuildListener;
import dev.runner.build.container.ContainerNetwork;
import dev.runner.build.container.ContainerSpec;
import dev.runner.build.container.JobContainers;
import dev.runner.build.container.RunningContainer;
import dev.runner.oci.Reference;
import java.io.PrintStream;
import java.nio.file.Path;

/** Containers in a process of its own: state folder, home, an image to start two containers of, or an id to look after. */
final class ContainerProgram {
    private ContainerProgram() {}

    public static void main(String[] arguments) throws Exception {
        PrintStream out = System.out;
        try (Machine machine = Machine.at(Path.of(arguments[0]));
                JobContainers containers = machine.builder.jobContainers(Path.of(arguments[1]))) {
            if (arguments[2].equals("supervise")) {
                containers.supervise(arguments[3]);
                return;
            }
            containers.createNetwork("job");
            ContainerSpec spec = ContainerSpec.of(Reference.parse(arguments[2]))
                    .on(new ContainerNetwork.Named("job"))
                    .running("sleep", arguments[3]);
            for (int i = 0; i < 2; i++) {
                RunningContainer container = containers.start(spec, BuildListener.silent());
                out.println(container.state().pid());
            }
            out.println("ready");
            out.flush();
            Thread.sleep(600_000);
        }
    }
}
