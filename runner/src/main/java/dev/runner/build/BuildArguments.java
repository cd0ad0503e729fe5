package dev.runner.build;

import dev.runner.dockerfile.Dockerfile;
import dev.runner.dockerfile.Instruction;
import dev.runner.dockerfile.PredefinedArguments;
import dev.runner.oci.Platform;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Arguments of a build: given by the user, of the platforms, and from before the first FROM.
 *
 * @param given by the user
 * @param global what FROM sees and a bare {@code ARG name} in a stage takes over
 */
public record BuildArguments(Map<String, String> given, Map<String, String> global) {
    /**
     * For one target platform.
     *
     * @param stage the stage that is built; null for the last
     */
    public static BuildArguments of(
            Dockerfile dockerfile, Map<String, String> given, Platform target, Platform build, @Nullable String stage) {
        Map<String, String> global = new LinkedHashMap<>();
        put(global, "TARGET", target);
        put(global, "BUILD", build);
        global.put(PredefinedArguments.TARGET_STAGE, stage == null ? "default" : stage);
        global.replaceAll((name, value) -> given.getOrDefault(name, value));
        for (Instruction.Arg arg : dockerfile.metaArguments()) {
            for (int i = 0; i < arg.arguments().size(); i++) {
                String name = arg.arguments().get(i).name();
                String value = given.get(name);
                if (value == null) {
                    value = arg.expand(global::get).arguments().get(i).value();
                }
                if (value != null) {
                    global.put(name, value);
                }
            }
        }
        return new BuildArguments(given, global);
    }

    private static void put(Map<String, String> arguments, String prefix, Platform platform) {
        arguments.put(prefix + "PLATFORM", platform.toString());
        arguments.put(prefix + "OS", platform.os());
        arguments.put(prefix + "ARCH", platform.architecture());
        arguments.put(prefix + "VARIANT", platform.variant());
    }

    /** Proxies, which RUN steps get without an ARG and which are in no key. */
    public Map<String, String> proxies() {
        Map<String, String> proxies = new TreeMap<>();
        given.forEach((name, value) -> {
            if (PredefinedArguments.PROXY.contains(name)) {
                proxies.put(name.toUpperCase(java.util.Locale.ROOT), value);
                proxies.put(name.toLowerCase(java.util.Locale.ROOT), value);
            }
        });
        return proxies;
    }
}
