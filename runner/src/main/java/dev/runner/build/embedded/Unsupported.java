package dev.runner.build.embedded;

import dev.runner.build.Entitlement;
import dev.runner.dockerfile.Dockerfile;
import dev.runner.dockerfile.Dockerfile.Stage;
import dev.runner.dockerfile.Instruction;
import dev.runner.source.Diagnostics;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds what a RUN step asks for and does not get, before anything runs: an option is never passed over. */
final class Unsupported {
    private Unsupported() {}

    static void check(Dockerfile dockerfile, Set<Entitlement> allowed, Diagnostics diagnostics) {
        for (Stage stage : dockerfile.stages()) {
            for (Instruction instruction : stage.instructions()) {
                Refusal refusal = refusal(instruction, allowed);
                if (refusal != null) {
                    diagnostics.error(instruction.span(), refusal.message(), refusal.remedy());
                }
            }
        }
    }

    /** Why an instruction cannot be. */
    record Refusal(String message, @Nullable String remedy) {}

    /** Null when nothing is in the way. */
    static @Nullable Refusal refusal(Instruction instruction, Set<Entitlement> allowed) {
        if (!(instruction instanceof Instruction.Run run)) {
            return null;
        }
        if (!run.devices().isEmpty()) {
            return new Refusal("RUN --device: this engine has no device classes (CDI)", "use the buildkit engine");
        }
        if (run.security() == Instruction.Run.Security.INSECURE && !allowed.contains(Entitlement.SECURITY_INSECURE)) {
            return denied("RUN --security=insecure", Entitlement.SECURITY_INSECURE);
        }
        if (run.network() == Instruction.Run.Network.HOST && !allowed.contains(Entitlement.NETWORK_HOST)) {
            return denied("RUN --network=host", Entitlement.NETWORK_HOST);
        }
        return null;
    }

    private static Refusal denied(String what, Entitlement missing) {
        return new Refusal(what + " is not allowed", "allow it with --allow " + missing.flag());
    }
}
