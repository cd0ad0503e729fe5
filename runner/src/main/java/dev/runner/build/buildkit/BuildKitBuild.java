package dev.runner.build.buildkit;

import dev.runner.build.BuildEvent;
import dev.runner.build.BuildFailedException;
import dev.runner.build.BuildListener;
import dev.runner.build.BuildRequest;
import dev.runner.build.BuildResult;
import dev.runner.build.BuilderSpec;
import dev.runner.build.Images;
import dev.runner.build.Output;
import dev.runner.dockerfile.Dockerfile;
import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.oci.Manifest;
import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import dev.runner.source.Diagnostics;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One build. */
final class BuildKitBuild {
    private static final Duration TICK = Duration.ofMillis(500);

    /** How often a silent builder is asked before it is given up. */
    private static final int ASKED = 2;

    private final BuildKit.Parts parts;
    private final BuilderKeeper builders;
    private final BuilderSpec spec;
    private final BuildRequest request;
    private final BuildListener listener;
    private final RawProgress progress;

    BuildKitBuild(
            BuildKit.Parts parts,
            BuilderKeeper builders,
            BuilderSpec spec,
            BuildRequest request,
            BuildListener listener) {
        this.parts = parts;
        this.builders = builders;
        this.spec = spec;
        this.request = request;
        this.listener = listener;
        this.progress =
                new RawProgress(listener, parts.masker(), request.definition().dockerfile());
    }

    BuildResult run() throws BuildFailedException, InterruptedException {
        checkDockerfile();
        try {
            Path scratch = Files.createTempDirectory(
                    parts.work(),
                    "build-",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            try {
                return build(scratch);
            } finally {
                BuilderKeeper.delete(scratch);
            }
        } catch (IOException e) {
            throw new BuildFailedException(
                    "cannot work with Buildx: " + e.getMessage(),
                    BuildFailedException.Failure.outside("calling Buildx", false),
                    e);
        }
    }

    /** Every fault at once, where the language is the one that is known here. */
    private void checkDockerfile() {
        Diagnostics diagnostics = new Diagnostics();
        Dockerfile dockerfile = Dockerfile.parse(request.definition().dockerfile(), diagnostics);
        String syntax = dockerfile.directives().syntax();
        if (syntax == null) {
            diagnostics.throwIfErrors();
        }
    }

    private BuildResult build(Path scratch) throws IOException, InterruptedException, BuildFailedException {
        BuildRequest handed = new LocalBases(request, parts, scratch, listener).handed();
        BuildWords own = new BuildWords(handed, scratch);
        List<String> words = own.of();
        CacheWords caches = new CacheWords(own.variables());
        words.addAll(caches.of(request.cache().from(), request.cache().to()));
        caches.notes().forEach(note -> listener.on(new BuildEvent.Warning(note, null)));
        BuilderKeeper.Ready builder = builders.ready(spec);
        Places.check(handed, builder, parts.registries(), listener);
        OutputWords outputs =
                new OutputWords(request, builder.driver(), parts.registries().insecure()::contains, scratch);
        Path metadata = scratch.resolve("metadata.json");
        words.addAll(outputs.of());
        words.addAll(List.of("--builder=" + builder.name(), "--metadata-file=" + metadata, "--", own.context()));
        Map<String, String> variables = new LinkedHashMap<>(own.variables());
        boolean most = request.image().attestations().provenance() == dev.runner.build.Attestations.Provenance.MAX;
        variables.put("BUILDX_METADATA_PROVENANCE", most ? "max" : "min");
        int code = solve(words, variables, builder);
        if (code != 0) {
            throw failure(builder);
        }
        outputs.copy();
        return result(outputs, JsonMapper.shared().readTree(Files.readString(metadata)));
    }

    /** Runs the call to its end and looks after the builder meanwhile. */
    private int solve(List<String> words, Map<String, String> variables, BuilderKeeper.Ready builder)
            throws IOException, InterruptedException {
        Duration patience = parts.patience().silence();
        Duration next = patience;
        try (BuildxCall call = parts.buildx().start(words, variables, OutputStream.nullOutputStream(), progress)) {
            while (true) {
                Integer code = call.await(TICK);
                if (code != null) {
                    return code;
                }
                Duration silence = progress.silence();
                if (silence.compareTo(patience) < 0) {
                    next = patience;
                } else if (silence.compareTo(next) >= 0) {
                    if (isStuck(builder)) {
                        call.kill();
                        builders.forget(builder);
                        throw new BuilderLostException(
                                builder.name(),
                                BuilderLostException.Reason.STUCK,
                                "it has said nothing for " + silence.toSeconds() + " seconds and does not answer",
                                null);
                    }
                    next = progress.silence().plus(patience);
                }
            }
        } finally {
            progress.end();
        }
    }

    private boolean isStuck(BuilderKeeper.Ready builder) throws IOException, InterruptedException {
        for (int attempt = 0; attempt < ASKED; attempt++) {
            if (builders.answers(builder, parts.patience().answer())) {
                return false;
            }
        }
        return true;
    }

    private RuntimeException failure(BuilderKeeper.Ready builder)
            throws BuildFailedException, IOException, InterruptedException {
        Complaint complaint = Complaint.of(progress, request.definition().dockerfile());
        boolean lost = complaint.isAboutBuilder();
        if (!lost && complaint.mayBeAboutBuilder()) {
            lost = !builders.answers(builder, parts.patience().answer());
        }
        if (lost) {
            builders.forget(builder);
            return new BuilderLostException(
                    builder.name(), BuilderLostException.Reason.GONE, complaint.message(), null);
        }
        complaint.throwIfInvalid();
        throw complaint.failure();
    }

    private BuildResult result(OutputWords outputs, JsonNode metadata) throws IOException, InterruptedException {
        Images images = parts.images();
        Digest named = Digest.parse(metadata.path("containerimage.digest").asString(""));
        Reference pushed = outputs.pushed();
        Descriptor image = pushed == null
                ? load(outputs.archive())
                : images.refer(pushed.withTag(null).withDigest(named), listener);
        Digest digest = image.digest();
        outputs.stored().forEach(name -> images.tag(digest, name));
        for (Output output : outputs.later()) {
            images.export(digest, output, listener);
        }
        Map<Platform, BuildResult.PlatformResult> platforms = new LinkedHashMap<>();
        List<Images.PlatformImage> made = images.platforms(digest);
        for (Platform platform : request.platforms()) {
            for (Images.PlatformImage one : made) {
                if (one.platform().normalized().equals(platform)) {
                    int[] counts = progress.counts(platform);
                    Digest config = Manifest.parse(
                                    parts.local().read(one.manifest().digest()))
                            .config()
                            .digest();
                    platforms.put(
                            platform, new BuildResult.PlatformResult(one.manifest(), config, counts[0], counts[1]));
                }
            }
        }
        return new BuildResult(image, platforms, progress.warnings(), provenance(metadata));
    }

    /** An archive has one image. */
    private Descriptor load(@Nullable Path archive) throws IOException {
        if (archive == null) {
            throw new IllegalStateException("nothing to load");
        }
        try (InputStream in = Files.newInputStream(archive)) {
            return parts.local().load(in).getFirst().root();
        }
    }

    private Map<Platform, String> provenance(JsonNode metadata) {
        Map<Platform, String> documents = new LinkedHashMap<>();
        String key = "buildx.build.provenance";
        for (Platform platform : request.platforms()) {
            JsonNode document = metadata.path(request.platforms().size() == 1 ? key : key + "/" + platform);
            if (document.isObject()) {
                documents.put(platform, document.toString());
            }
        }
        return documents;
    }
}
