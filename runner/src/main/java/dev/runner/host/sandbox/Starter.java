package dev.runner.host.sandbox;

import dev.runner.host.emulator.EmulatedArchitecture;
import dev.runner.host.emulator.Probe;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A program of two hundred bytes that starts another. The machine's programs which prepare a process would obey variables
 * of an image, such as {@code LD_PRELOAD}, if they were given them; so they are given them as {@code E0=NAME=VALUE}, and
 * this program, the last before the process's own, takes off what stands before the name and drops all others. It needs
 * nothing of the image, and looks for the program where the image's PATH says.
 *
 * <p>Its words: paths to try, an empty word, the process's words. It ends with 127 when no path exists and with 126 when
 * one exists that the kernel refuses.
 */
final class Starter {
    /** Where it is inside. */
    static final String PLACE = "/dev/.runner-start";

    /**
     * In Intel's words: {@code lea r13,[rsp+16]} is the first path; a loop finds the empty word, another the end of the
     * words, where the environment begins; the third moves each variable's pointer behind its first {@code =} if it
     * begins with E; the fourth calls {@code execve} (59) for each path, going on after ENOENT and ENOTDIR; then
     * {@code write} (1) to 2 and {@code exit_group} (231).
     */
    private static final String AMD64 = "TI1sJBBMietIiwNIg8MIgDgAdfRJid5JiwZJg8YISIXAdfRMifZMifdIiwZIg8YISIXAdByAOEV1"
            + "74oQSP/AhNJ05oD6PXXySIkHSIPHCOvYSMcHAAAAAEG/fwAAAEmLfQBJg8UIgD8AdB9Iid5MifK4OwAAAA8Fg/j+dOGD+Ox03EG/"
            + "fgAAAOvUSIszMdKAPBYAdAT/wuv2vwIAAAC4AQAAAA8FSI01GwAAALoVAAAAvwIAAAC4AQAAAA8FRIn/uOcAAAAPBTogY2Fubm90"
            + "IGJlIGV4ZWN1dGVkCg==";

    /** The same with the numbers 221, 64 and 94. */
    private static final String ARM64 = "80MAkfQDE6qAhkD4AQBAOcH//zX1AxSqoIZA+OD//7XiAxWq4wMVqkCEQPhAAQC0AQBAOT8UAXGB"
            + "//9UARRAOEH//zQ/9ABxof//VGCEAPj2//8XfwAA+fYPgFJghkD4AQBAOWEBADThAxSq4gMVqqgbgNIBAADUHwgAMQD//1QfUAAx"
            + "wP7/VNYPgFL0//8XgQJA+QIAgNIjaGI4YwAANEIEAJH9//8XQACA0ggIgNIBAADUAQEAEKICgNJAAIDSCAiA0gEAANTgAxYqyAuA"
            + "0gEAANQ6IGNhbm5vdCBiZSBleGVjdXRlZAo=";

    private Starter() {}

    /** The program for this machine; null where nobody has written one. */
    static byte @Nullable [] program() {
        return switch (System.getProperty("os.arch")) {
            case "amd64" -> program(EmulatedArchitecture.AMD64, AMD64);
            case "aarch64" -> program(EmulatedArchitecture.ARM64, ARM64);
            default -> null;
        };
    }

    private static byte[] program(EmulatedArchitecture architecture, String code) {
        return Probe.program(architecture, Base64.getDecoder().decode(code));
    }

    /** The words that start a process by it. */
    static List<String> argv(SandboxProcess process) {
        String program = process.argv().getFirst();
        List<String> argv = new ArrayList<>(List.of(PLACE));
        if (program.contains("/")) {
            argv.add(program);
        } else if (!program.isEmpty()) {
            for (String folder : process.environment().getOrDefault("PATH", "").split(":")) {
                argv.add((folder.isEmpty() ? "." : folder) + "/" + program);
            }
        }
        argv.add("");
        argv.addAll(process.argv());
        return argv;
    }

    /** A process's variables as the machine's programs may see them. */
    static Map<String, String> disguised(Map<String, String> environment) {
        Map<String, String> disguised = new java.util.HashMap<>();
        environment.forEach((name, value) -> disguised.put("E" + disguised.size(), name + "=" + value));
        return disguised;
    }
}
