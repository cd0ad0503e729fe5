package dev.runner.step.action.docker;

import dev.runner.host.emulator.BinfmtStatus;
import dev.runner.host.emulator.Emulators;
import dev.runner.oci.Platform;
import dev.runner.step.action.input.Contract;
import dev.runner.step.action.input.ContractedAction;
import dev.runner.step.action.input.ListInput;
import dev.runner.step.github.ActionContext;
import dev.runner.step.github.ActionFailedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Names a builder. There is nothing to start: a builder of the usual driver is our engine, in this process, and settings of
 * BuildKit's daemon change nothing and are told so. Drivers that mean machines elsewhere are the real Buildx's affair.
 *
 * @see <a href="https://github.com/docker/setup-buildx-action#readme">docker/setup-buildx-action</a>
 */
public final class BuildxAction extends ContractedAction {
    private static final List<String> IDLE = List.of(
            "driver-opts",
            "buildkitd-flags",
            "buildkitd-config",
            "buildkitd-config-inline",
            "config",
            "config-inline",
            "append");

    public BuildxAction() {
        super(Contract.named("docker/setup-buildx-action", 1, 4)
                .inputs("version", "driver-opts", "buildkitd-flags", "endpoint")
                .input("driver", "docker-container")
                .input("use", "true")
                .outputs("name", "platforms")
                .in(1, 3)
                .input("install", "false")
                .inputs("config", "config-inline")
                .from(2)
                .inputs("platforms", "append", "name")
                .input("cleanup", "true")
                .outputs("driver", "nodes")
                .in(2, 3)
                .outputs("endpoint", "status", "flags")
                .from(3)
                .input("cache-binary", "true")
                .input("keep-state", "false")
                .inputs("buildkitd-config", "buildkitd-config-inline")
                .build());
    }

    @Override
    public void main(ActionContext context) throws IOException, InterruptedException {
        String driver = context.inputs().get("driver");
        if (driver.equals("cloud")) {
            throw ActionFailedException.failed(
                    "the driver 'cloud' is of Docker's own Buildx, and needs Docker's service",
                    "leave 'driver' out, or --no-builtin docker/setup-buildx-action where Docker is");
        }
        if (driver.equals("kubernetes") || driver.equals("remote")) {
            elsewhere(driver, context);
            return;
        }
        for (String input : IDLE) {
            if (context.inputs().isGiven(input)) {
                context.info("'" + input + "' is a setting of BuildKit's daemon, and there is none here");
            }
        }
        String given = context.inputs().get("name");
        String name = driver.equals("docker") ? "default" : given.isEmpty() ? "builder-" + UUID.randomUUID() : given;
        List<String> platforms = platforms(context);
        context.group("Booting builder");
        context.info(name + ": the engine of this program, ready");
        context.endGroup();
        publish(name, driver, platforms, context);
    }

    /** On other machines: by the real Buildx, which this machine must have. */
    private static void elsewhere(String driver, ActionContext context) throws IOException, InterruptedException {
        String given = context.inputs().get("name");
        String name = given.isEmpty() ? "builder-" + UUID.randomUUID() : given;
        context.group("Booting builder");
        context.saveState("builder", name);
        ForeignBuilder.create(name, context);
        context.endGroup();
        if (context.inputs().isTrue("use")) {
            context.exportVariable("BUILDX_BUILDER", name);
        }
        publish(name, driver, ListInput.words(context.inputs().raw("platforms")), context);
    }

    @Override
    public String postCondition() {
        return "always()";
    }

    @Override
    public void post(ActionContext context) throws IOException, InterruptedException {
        String name = context.state("builder");
        if (!name.isEmpty() && (context.major() < 2 || context.inputs().isTrue("cleanup"))) {
            ForeignBuilder.buildx(List.of("rm", name), context);
        }
    }

    private static void publish(String name, String driver, List<String> platforms, ActionContext context) {
        context.setOutput("name", name);
        context.setOutput("driver", driver);
        context.setOutput("platforms", String.join(",", platforms));
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("name", name + "0");
        node.put("endpoint", endpoint(context));
        node.put("status", "running");
        node.put("platforms", String.join(",", platforms));
        ArrayNode nodes = JsonNodeFactory.instance.arrayNode().add(node);
        context.setOutput("nodes", JsonMapper.shared().writeValueAsString(nodes));
        if (context.major() < 4) {
            context.setOutput("endpoint", endpoint(context));
            context.setOutput("status", "running");
            context.setOutput("flags", context.inputs().get("buildkitd-flags"));
        }
        context.group("Inspect builder");
        context.info(nodes.toPrettyString());
        context.endGroup();
    }

    private static String endpoint(ActionContext context) {
        return context.inputs().isGiven("endpoint") ? context.inputs().get("endpoint") : "unix:///var/run/docker.sock";
    }

    /** The machine's, those asked for, and those the kernel has emulators for. */
    private static List<String> platforms(ActionContext context) throws IOException {
        List<String> platforms =
                new ArrayList<>(ListInput.words(context.inputs().raw("platforms")));
        BinfmtStatus status = context.tools().emulation().binfmt().status();
        for (Platform each : EmulatedPlatforms.all()) {
            if (Emulators.runsNatively(each)
                    || status.of(Emulators.forPlatform(each)).usable()) {
                platforms.add(each.toString());
            }
        }
        return platforms.stream().distinct().toList();
    }
}
