package dev.runner.cli;

import dev.runner.oci.Descriptor;
import dev.runner.oci.ImageConfig;
import dev.runner.oci.Manifest;
import dev.runner.oci.MediaTypes;
import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import dev.runner.registry.RegistryClient;
import dev.runner.registry.RemoteManifest;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** {@code runner inspect}: what a registry has under a name, in the layout of {@code docker buildx imagetools inspect}. */
final class InspectCommand implements Flags.Declaring, Callable<Integer> {
    private final RunnerCommand parent;

    RegistryOptions registry = new RegistryOptions();
    boolean raw;
    String format = "text";

    @Nullable
    String platform;

    String reference = "";

    @Override
    public void declare(Flags flags) {
        flags.command("inspect", "Show what a registry has under a name: digest, platforms, sizes and configs.");
        registry.declare(flags);
        flags.option("--raw")
                .says("Print the manifest or index as the registry gave it, byte for byte.")
                .on(value -> raw = value);
        flags.option("--format")
                .label("FORMAT")
                .says("text (default) or json.")
                .value(String.class, value -> format = value);
        flags.option("--platform")
                .label("PLATFORM")
                .says("Only this platform of an index.")
                .value(String.class, value -> platform = value);
        flags.positional("0", "1")
                .label("REFERENCE")
                .says("Such as ghcr.io/acme/app:1.2 or acme/app@sha256:…")
                .value(String.class, value -> reference = value);
    }

    InspectCommand(RunnerCommand parent) {
        this.parent = parent;
    }

    @Override
    public Integer call() throws IOException {
        Reference name = Arguments.reference(reference).withDefaultTag();
        try (Toolbox toolbox = parent.toolbox(registry)) {
            RegistryClient client = toolbox.registryClient();
            RemoteManifest root = client.manifest(name);
            if (raw) {
                parent.out().print(new String(root.bytes(), StandardCharsets.UTF_8));
            } else if (format.equals("json")) {
                InspectJson.print(parent.out(), name, root, parts(client, name, root));
            } else if (format.equals("text")) {
                print(parent.out(), name, root, parts(client, name, root));
            } else {
                throw new UsageException("--format is text or json, not '" + format + "'");
            }
            parent.out().flush();
        }
        return ExitCode.PASSED;
    }

    private List<InspectJson.Part> parts(RegistryClient client, Reference name, RemoteManifest root) {
        List<InspectJson.Part> parts = new ArrayList<>();
        if (!root.isIndex()) {
            return List.of(part(client, name, root.descriptor(), root.manifest()));
        }
        Platform wanted = platform == null ? null : Arguments.platform(platform);
        for (Descriptor descriptor : root.index().manifests()) {
            if (wanted == null || descriptor.platform() != null && wanted.matches(descriptor.platform())) {
                parts.add(part(
                        client,
                        name,
                        descriptor,
                        client.manifest(name.withDigest(descriptor.digest())).manifest()));
            }
        }
        if (parts.isEmpty() && wanted != null) {
            throw new UsageException(name + " has no image for " + wanted);
        }
        return parts;
    }

    private static InspectJson.Part part(
            RegistryClient client, Reference name, Descriptor descriptor, Manifest manifest) {
        ImageConfig config = MediaTypes.isConfig(manifest.config().mediaType())
                ? ImageConfig.parse(client.blob(name, manifest.config()))
                : null;
        return new InspectJson.Part(descriptor, manifest, config);
    }

    private static void print(PrintWriter out, Reference name, RemoteManifest root, List<InspectJson.Part> parts) {
        out.println("Name:      " + name);
        out.println("MediaType: " + root.descriptor().mediaType());
        out.println("Digest:    " + root.descriptor().digest());
        if (!root.isIndex()) {
            parts.forEach(part -> printImage(out, "", part));
            return;
        }
        out.println();
        out.println("Manifests:");
        for (InspectJson.Part part : parts) {
            out.println("  Name:      " + name.withDigest(part.descriptor().digest()));
            out.println("  MediaType: " + part.descriptor().mediaType());
            printImage(out, "  ", part);
            out.println();
        }
    }

    private static void printImage(PrintWriter out, String indent, InspectJson.Part part) {
        Platform platform = part.platform();
        if (platform != null) {
            out.println(indent + "Platform:  " + platform);
        }
        out.println(indent + "Size:      " + bytes(part.size()) + " in "
                + part.manifest().layers().size() + " layers");
        ImageConfig config = part.config();
        if (config == null) {
            return;
        }
        ImageConfig.Execution execution = config.config();
        printUnlessEmpty(out, indent + "Created:   ", config.created());
        printUnlessEmpty(out, indent + "User:      ", execution.user());
        printUnlessEmpty(out, indent + "WorkDir:   ", execution.workingDirectory());
        printUnlessEmpty(out, indent + "Entrypoint: ", words(execution.entrypoint()));
        printUnlessEmpty(out, indent + "Command:   ", words(execution.command()));
        printUnlessEmpty(out, indent + "Ports:     ", String.join(" ", execution.exposedPorts()));
        execution.env().forEach(variable -> out.println(indent + "Env:       " + variable));
        execution.labels().forEach((label, value) -> out.println(indent + "Label:     " + label + "=" + value));
    }

    private static String words(@Nullable List<String> words) {
        return words == null ? "" : String.join(" ", words);
    }

    private static void printUnlessEmpty(PrintWriter out, String head, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            out.println(head + value);
        }
    }

    /** A size for people, in decimal units as registries show them. */
    static String bytes(long size) {
        if (size < 1000) {
            return size + " B";
        }
        double value = size;
        for (String unit : List.of("kB", "MB", "GB")) {
            value /= 1000;
            if (value < 1000 || unit.equals("GB")) {
                return String.format(Locale.ROOT, value < 10 ? "%.2f %s" : "%.1f %s", value, unit);
            }
        }
        throw new IllegalStateException("unreachable");
    }
}
