package dev.runner.cli.docker;

import dev.runner.cli.gotemplate.GoText;
import dev.runner.cli.gotemplate.Struct;
import dev.runner.host.emulator.Binfmt;
import dev.runner.host.emulator.BinfmtException;
import dev.runner.host.emulator.EmulatedArchitecture;
import dev.runner.host.emulator.Emulator;
import dev.runner.host.emulator.EmulatorMissingException;
import dev.runner.host.emulator.Registration;
import dev.runner.oci.Reference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The images that people run to have emulators registered with the kernel: what they do is done here, with the emulators
 * of this machine, and told in their words.
 */
final class BinfmtImages {
    private final Call call;
    private final Binfmt binfmt;

    private BinfmtImages(Call call) {
        this.call = call;
        this.binfmt = call.around().binfmt();
    }

    private enum Kind {
        TONISTIIGI,
        LINUXKIT,
        MULTIARCH
    }

    /** Whether an image is one of them, wherever it is copied to. */
    static boolean isOne(String image) {
        Reference name = Names.tryParse(image);
        return name != null && kind(name) != null;
    }

    private static @org.jspecify.annotations.Nullable Kind kind(Reference name) {
        String path = "/" + name.path();
        if (path.endsWith("/tonistiigi/binfmt")) {
            return Kind.TONISTIIGI;
        }
        if (path.endsWith("/linuxkit/binfmt") || path.endsWith("/docker/binfmt")) {
            return Kind.LINUXKIT;
        }
        return path.endsWith("/multiarch/qemu-user-static") ? Kind.MULTIARCH : null;
    }

    /** Does what running the image with these words would do; the exit code. */
    static int run(Call call, String image, List<String> words) throws IOException, InterruptedException {
        BinfmtImages images = new BinfmtImages(call);
        Kind kind = kind(Names.parse(image));
        if (kind == Kind.TONISTIIGI) {
            return images.tonistiigi(words);
        }
        if (kind == Kind.MULTIARCH) {
            return images.multiarch(words);
        }
        images.register(others(), false);
        return 0;
    }

    private static Set<EmulatedArchitecture> others() {
        Set<EmulatedArchitecture> all = new LinkedHashSet<>();
        for (EmulatedArchitecture architecture : EmulatedArchitecture.values()) {
            if (!BuilderPlatforms.isNative(architecture)) {
                all.add(architecture);
            }
        }
        return all;
    }

    /** {@code --reset -p yes}: what works is left as it is, what does not is replaced, which comes to the same. */
    private int multiarch(List<String> words) throws IOException, InterruptedException {
        for (String word : words) {
            boolean known = Set.of("--reset", "-p", "yes", "no", "-c", "--credential", "--persistent", "register")
                    .contains(word);
            if (!known) {
                throw DockerFailure.of("Error: unknown option " + word);
            }
        }
        for (Outcome outcome : register(others(), words.contains("--reset"))) {
            if (outcome.fault().isEmpty()) {
                call.say("Setting " + outcome.interpreter() + " as binfmt interpreter for "
                        + outcome.architecture().qemuName());
            }
        }
        return 0;
    }

    private int tonistiigi(List<String> words) throws IOException, InterruptedException {
        for (int at = 0; at < words.size(); at++) {
            String word = words.get(at).replaceFirst("^--?", "--");
            int equals = word.indexOf('=');
            String name = equals < 0 ? word : word.substring(0, equals);
            String value = equals >= 0 ? word.substring(equals + 1) : at + 1 < words.size() ? words.get(at + 1) : "";
            switch (name) {
                case "--install" -> {
                    install(value);
                    at += equals < 0 ? 1 : 0;
                }
                case "--uninstall" -> {
                    uninstall(value);
                    at += equals < 0 ? 1 : 0;
                }
                case "--version" -> {
                    call.say("binfmt/runner");
                    return 0;
                }
                case "--mount" -> {}
                default -> throw new DockerFailure("flag provided but not defined: " + words.get(at), 2);
            }
        }
        status();
        return 0;
    }

    private void install(String names) throws IOException, InterruptedException {
        Set<EmulatedArchitecture> wanted = new LinkedHashSet<>();
        for (String name : names.split(",")) {
            if (name.equals("all")) {
                wanted.addAll(others());
            } else {
                wanted.add(architecture(name.replaceFirst("^linux/", "").replaceFirst("/.*", "")));
            }
        }
        for (Outcome outcome : register(wanted, false)) {
            call.say("installing: " + outcome.architecture().platformName()
                    + (outcome.fault().isEmpty() ? " OK" : " " + outcome.fault()));
        }
    }

    private static EmulatedArchitecture architecture(String name) {
        for (EmulatedArchitecture architecture : EmulatedArchitecture.values()) {
            if (architecture.platformName().equals(name)
                    || architecture.qemuName().equals(name)) {
                return architecture;
            }
        }
        throw DockerFailure.of("error: unsupported architecture: " + name);
    }

    private void uninstall(String names) throws IOException {
        List<String> patterns = List.of(names.split(","));
        List<String> removed = binfmt.uninstall(entry -> patterns.stream()
                .anyMatch(pattern -> entry.matches(pattern.replace("*", ".*"))
                        || entry.equals("qemu-" + pattern)
                        || isArchitecture(pattern, entry)));
        removed.forEach(entry -> call.say("uninstalling: " + entry + " OK"));
    }

    private static boolean isArchitecture(String pattern, String entry) {
        for (EmulatedArchitecture architecture : EmulatedArchitecture.values()) {
            if (architecture.platformName().equals(pattern)) {
                return architecture.entryName().equals(entry);
            }
        }
        return false;
    }

    private void status() throws IOException {
        List<String> supported = BuilderPlatforms.all(call.around());
        Set<String> emulators = new TreeSet<>();
        for (Registration registration : binfmt.status().registrations()) {
            if (registration.entry() != null) {
                emulators.add(registration.architecture().entryName());
            }
        }
        call.say(GoText.json(
                Struct.of("status").with("supported", supported).with("emulators", List.copyOf(emulators)), "  "));
    }

    /**
     * How one architecture came off.
     *
     * @param fault empty when it runs
     */
    private record Outcome(EmulatedArchitecture architecture, String interpreter, String fault) {}

    private List<Outcome> register(Set<EmulatedArchitecture> architectures, boolean check)
            throws IOException, InterruptedException {
        List<Outcome> outcomes = new ArrayList<>();
        String refused = "";
        for (EmulatedArchitecture architecture : architectures) {
            Registration before = binfmt.status().of(architecture);
            Registration.Entry entry = before.entry();
            if (entry != null && before.usable() && (!check || binfmt.verify(architecture))) {
                outcomes.add(new Outcome(architecture, entry.interpreter().toString(), ""));
                continue;
            }
            try {
                Emulator emulator = call.around().emulators().find(architecture).emulator();
                if (check && entry != null) {
                    binfmt.uninstall(architecture.entryName()::equals);
                }
                binfmt.register(emulator);
                outcomes.add(new Outcome(architecture, emulator.interpreter().toString(), ""));
            } catch (EmulatorMissingException e) {
                outcomes.add(new Outcome(architecture, "", "no emulator on this machine"));
            } catch (BinfmtException e) {
                boolean sandboxed = e.reason() != BinfmtException.Reason.REFUSED;
                refused = sandboxed ? String.valueOf(e.getMessage()) : refused;
                outcomes.add(new Outcome(
                        architecture,
                        "",
                        sandboxed ? "not registered, for builds only" : String.valueOf(e.getMessage())));
            }
        }
        if (!refused.isEmpty()) {
            call.tell("WARNING: emulators cannot be registered with the kernel here (" + refused
                    + "); builds and 'docker run' pass them to the sandbox instead");
        }
        return outcomes;
    }
}
