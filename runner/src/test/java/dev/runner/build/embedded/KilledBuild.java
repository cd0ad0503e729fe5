package dev.runner.build.embedded;

import dev.runner.build.BuildContext;
import dev.runner.build.BuildRequest;
import dev.runner.registry.CredentialSource;
import dev.runner.registry.RegistryClient;
import dev.runner.registry.RegistryConfiguration;
import dev.runner.registry.TransferListener;
import dev.runner.secret.Masker;
import dev.runner.source.Source;
import java.io.PrintStream;
import java.nio.file.Path;

/** A build in a process of its own, which a test kills: state folder, context, Dockerfile, a word that defeats the cache. */
final class KilledBuild {
    private KilledBuild() {}

    public static void main(String[] arguments) throws Exception {
        PrintStream out = System.out;
        RegistryClient registry =
                RegistryClient.of(RegistryConfiguration.DEFAULT, CredentialSource.anonymous(), TransferListener.SILENT);
        try (registry;
                EmbeddedBuilder builder = EmbeddedBuilder.open(
                        Path.of(arguments[0]), registry, new Masker(), EmbeddedBuilder.Settings.DEFAULT)) {
            BuildRequest request = BuildRequest.builder(
                            new BuildContext.Directory(Path.of(arguments[1])), Source.read(Path.of(arguments[2])))
                    .argument("WORD", arguments[3])
                    .build();
            builder.engine().build(request, event -> {
                out.println(event.getClass().getSimpleName());
                out.flush();
            });
        }
    }
}
