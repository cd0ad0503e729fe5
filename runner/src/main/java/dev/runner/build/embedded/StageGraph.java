package dev.runner.build.embedded;

import dev.runner.build.BuildArguments;
import dev.runner.build.BuildFailedException;
import dev.runner.build.BuildRequest;
import dev.runner.build.GitAddress;
import dev.runner.build.NamedContext;
import dev.runner.build.embedded.Vertex.Files;
import dev.runner.build.embedded.Vertex.Isolation;
import dev.runner.build.embedded.Vertex.State;
import dev.runner.build.embedded.Vertex.Surroundings;
import dev.runner.build.embedded.Vertex.Where;
import dev.runner.dockerfile.Dockerfile;
import dev.runner.dockerfile.Dockerfile.Stage;
import dev.runner.dockerfile.Instruction;
import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import dev.runner.source.Diagnostic;
import dev.runner.source.Diagnostics;
import dev.runner.source.InvalidSourceException;
import dev.runner.source.Source;
import dev.runner.source.Span;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The stages of a Dockerfile for one target platform, each read when something needs it. For one thread. */
final class StageGraph {
    private static final String SCRATCH = "scratch";
    private static final int MOST_TRIGGERS = 1000;

    private final Dockerfile dockerfile;
    private final BuildRequest request;
    private final Platform target;
    private final BuildArguments arguments;
    private final Sources sources;
    private final Surroundings surroundings;
    private final boolean multiPlatform;
    private final Map<String, NamedContext> contexts = new HashMap<>();
    private final Map<Integer, StageReader> stages = new HashMap<>();

    StageGraph(
            Dockerfile dockerfile, BuildRequest request, Platform target, Sources sources, BuildKitArguments special) {
        this.dockerfile = dockerfile;
        this.request = request;
        this.target = target;
        this.arguments = BuildArguments.of(
                dockerfile,
                request.definition().arguments(),
                target,
                Platform.host(),
                request.definition().target());
        this.sources = sources;
        request.inputs().named().forEach((name, context) -> contexts.put(contextName(name), context));
        this.surroundings = new Surroundings(special.hostname(), special.cacheNamespace());
        this.multiPlatform = special.multiPlatform();
    }

    /** What a scan of the context is called. */
    static final String CONTEXT_SCAN = "context";

    /** By name, the files that the Dockerfile wants scanned besides the image; the target must have been read. */
    Map<String, Files> scans() throws IOException, InterruptedException {
        Map<String, Files> scans = new LinkedHashMap<>();
        Stage target = targetStage();
        if (isWanted("BUILDKIT_SBOM_SCAN_CONTEXT", target, stage(target))) {
            scans.put(CONTEXT_SCAN, sources.context());
        }
        for (Map.Entry<Integer, StageReader> read : stages.entrySet()) {
            Stage stage = dockerfile.stages().get(read.getKey());
            if (stage != target && isWanted("BUILDKIT_SBOM_SCAN_STAGE", stage, read.getValue())) {
                scans.put(name(stage), new Files.Stage(read.getValue().image().state));
            }
        }
        return scans;
    }

    /** A switch, or a list of the stages that are meant. */
    private static boolean isWanted(String argument, Stage stage, StageReader reader) {
        String value = reader.declared(argument);
        return value != null
                && (value.equals("1")
                        || value.equalsIgnoreCase("true")
                        || List.of(value.split(",")).contains(name(stage)));
    }

    private static String name(Stage stage) {
        return stage.name() != null ? stage.name() : "stage-" + stage.index();
    }

    /** Where files come from that no stage makes; shared by all platforms. */
    interface Sources {
        Files context() throws IOException;

        Files named(NamedContext.FileSet context) throws IOException, InterruptedException;

        Base layout(NamedContext.OciLayout layout, Platform platform) throws IOException;

        /** Begins to look an image up; nothing waits. */
        void prefetch(Reference image, Platform platform);

        Base image(Reference image, Platform platform) throws BuildFailedException, IOException, InterruptedException;

        /** A vertex for FROM is shown. */
        void from(String name, Base base);
    }

    /** Begins to look up every image that the target may need, so that the answers come at the same time. */
    void prefetch() {
        prefetch(targetStage(), new boolean[dockerfile.stages().size()]);
    }

    /** The same for every stage, when no target is named. */
    void prefetchAll() {
        prefetch();
        String target = request.definition().target();
        if (target == null || target.isEmpty()) {
            boolean[] seen = new boolean[dockerfile.stages().size()];
            dockerfile.stages().forEach(stage -> prefetch(stage, seen));
        }
    }

    /** The image of the stage to build; its files are not made yet. */
    ImageInProgress read() throws IOException, InterruptedException {
        return stage(targetStage()).image();
    }

    private Stage targetStage() {
        String wanted = request.definition().target();
        Stage stage = wanted == null || wanted.isEmpty()
                ? dockerfile.stages().getLast()
                : earlier(wanted.toLowerCase(Locale.ROOT), dockerfile.stages().size());
        if (stage == null) {
            throw fault(
                    dockerfile.source().span(0, 0),
                    "there is no stage '" + wanted + "'",
                    "stages here: " + String.join(", ", names()));
        }
        return stage;
    }

    private List<String> names() {
        return dockerfile.stages().stream()
                .map(stage -> stage.name() == null ? Integer.toString(stage.index()) : stage.name())
                .toList();
    }

    private void prefetch(Stage stage, boolean[] seen) {
        if (seen[stage.index()]) {
            return;
        }
        seen[stage.index()] = true;
        Instruction.From from = stage.from().expand(arguments.global()::get);
        Stage base = earlier(from.image(), stage.index());
        if (base != null) {
            prefetch(base, seen);
        } else {
            prefetch(from.image(), platform(from));
        }
        for (Instruction instruction : stage.instructions()) {
            if (instruction instanceof Instruction.Copy copy && copy.from() != null) {
                Stage other = copySource(copy.from());
                if (other == null) {
                    prefetch(copy.from(), target);
                } else if (other.index() < stage.index()) {
                    prefetch(other, seen);
                }
            }
        }
    }

    private void prefetch(String image, Platform platform) {
        Reference reference = BaseImages.tryParse(image);
        if (!image.equals(SCRATCH) && reference != null && named(image) == null) {
            sources.prefetch(reference, platform);
        }
    }

    private @Nullable NamedContext named(String name) {
        return contexts.get(contextName(name));
    }

    /** Every way to write the name of one image is one name, as for Buildx. */
    private static String contextName(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        Reference reference = BaseImages.tryParse(lower);
        return reference == null ? lower : reference.withDefaultTag().familiar();
    }

    /** A stage by its name, which {@link Stage} has in small letters; unlike a flag's, FROM's must be written so too. */
    private @Nullable Stage earlier(String name, int before) {
        for (Stage stage : dockerfile.stages().subList(0, before).reversed()) {
            if (name.equals(stage.name())) {
                return stage;
            }
        }
        return null;
    }

    private @Nullable Stage copySource(String name) {
        return named(name) == null ? dockerfile.stage(name) : null;
    }

    private StageReader stage(Stage stage) throws IOException, InterruptedException {
        StageReader known = stages.get(stage.index());
        if (known != null) {
            return known;
        }
        StageReader reader = new StageReading(stage).read();
        stages.put(stage.index(), reader);
        return reader;
    }

    private Platform platform(Instruction.From from) {
        String text = from.platform();
        if (text == null) {
            return target;
        }
        try {
            return Platform.parse(text);
        } catch (IllegalArgumentException e) {
            throw fault(
                    from.span(),
                    String.valueOf(e.getMessage()),
                    "write --platform=os/architecture, such as linux/arm64");
        }
    }

    private static InvalidSourceException fault(Span span, String message, @Nullable String remedy) {
        return new InvalidSourceException(Diagnostic.error(span, message, remedy));
    }

    /** The reading of one stage. */
    private final class StageReading implements StageReader.Surroundings {
        private final Stage stage;
        private final String name;
        private int done;
        private int total;
        private Platform platform = target;
        private boolean trigger;

        private StageReading(Stage stage) {
            this.stage = stage;
            this.name = dockerfile.stages().size() == 1 ? "" : StageGraph.name(stage);
        }

        private StageReader read() throws IOException, InterruptedException {
            Instruction.From from = stage.from().expand(arguments.global()::get);
            if (from.image().isEmpty()) {
                throw fault(from.span(), "the base name " + stage.from().image() + " is empty", "give the ARG a value");
            }
            platform = platform(from);
            Stage base = earlier(from.image(), stage.index());
            StageReader below = base == null ? null : stage(base);
            List<String> onBuild;
            ImageInProgress image;
            total = (int)
                    stage.instructions().stream().filter(StageGraph::isCounted).count();
            if (below != null) {
                onBuild = List.copyOf(below.image().onBuild);
                image = ImageInProgress.of(below.image());
                platform = image.platform;
            } else {
                total += from.image().equals(SCRATCH) ? 0 : 1;
                image = ImageInProgress.of(base(from), platform);
                addFiles(image, from);
                onBuild = List.copyOf(image.onBuild);
                image.onBuild.clear();
            }
            StageReader reader = new StageReader(image, arguments, below, this, noCache(), isolation());
            List<Instruction> triggers = triggers(onBuild, from);
            total += (int) triggers.stream().filter(StageGraph::isCounted).count();
            trigger = true;
            readAll(triggers, reader);
            trigger = false;
            readAll(stage.instructions(), reader);
            return reader;
        }

        private void readAll(List<Instruction> instructions, StageReader reader)
                throws IOException, InterruptedException {
            for (Instruction instruction : instructions) {
                Unsupported.Refusal refusal =
                        Unsupported.refusal(instruction, request.run().allowed());
                if (refusal != null) {
                    throw fault(instruction.span(), refusal.message(), refusal.remedy());
                }
                try {
                    reader.read(instruction);
                } catch (IllegalArgumentException e) {
                    throw fault(instruction.span(), String.valueOf(e.getMessage()), null);
                }
            }
        }

        private List<Instruction> triggers(List<String> texts, Instruction.From from) {
            if (texts.size() > MOST_TRIGGERS) {
                throw fault(from.span(), "the base image has more than " + MOST_TRIGGERS + " ONBUILD triggers", null);
            }
            List<Instruction> triggers = new ArrayList<>();
            Diagnostics diagnostics = new Diagnostics();
            for (String text : texts) {
                Source source = Source.of("ONBUILD of " + from.image(), text);
                Instruction parsed = Dockerfile.parseTrigger(source, diagnostics);
                if (parsed != null) {
                    triggers.add(parsed);
                }
            }
            diagnostics.throwIfErrors();
            return triggers;
        }

        private boolean noCache() {
            String filterName = stage.name() == null ? "" : stage.name();
            return request.cache().noCache()
                    || request.cache().noCacheFilter().stream().anyMatch(filterName::equalsIgnoreCase);
        }

        private Isolation isolation() {
            return new Isolation(
                    request.run().network(),
                    false,
                    false,
                    request.run().extraHosts(),
                    request.run().limits(),
                    surroundings);
        }

        private Base base(Instruction.From from) throws IOException, InterruptedException {
            NamedContext context = stage.name() == null ? null : named(stage.name());
            context = context == null ? named(from.image()) : context;
            if (context instanceof NamedContext.FileSet || from.image().equals(SCRATCH) && context == null) {
                return Base.scratch(platform);
            }
            Base base = switch (context) {
                case null -> image(reference(from), from.span());
                case NamedContext.Image image -> image(image.reference(), from.span());
                case NamedContext.OciLayout layout -> sources.layout(layout, platform);
                case NamedContext.FileSet files -> throw new IllegalStateException("files are laid over nothing");
            };
            sources.from(prefix() + "FROM " + base.name(), base);
            return base;
        }

        /** The files of a context that FROM names are a layer over nothing. */
        private void addFiles(ImageInProgress image, Instruction.From from) throws IOException, InterruptedException {
            NamedContext context = stage.name() == null ? null : named(stage.name());
            context = context == null ? named(from.image()) : context;
            if (context instanceof NamedContext.FileSet files) {
                Where where = new Where(name, platform, "local source for " + from.image(), from.span());
                Vertex.Copy.Options plain = new Vertex.Copy.Options(
                        null,
                        null,
                        false,
                        false,
                        List.of(),
                        new Vertex.Copy.Unpack(false, false),
                        Vertex.Copy.Remote.ANY);
                Vertex copy = new Vertex.Copy(
                        where, image.state, noCache(), sources.named(files), List.of("/"), List.of(), "/", plain);
                image.state = image.state.then(copy);
            }
        }

        private Reference reference(Instruction.From from) {
            try {
                return Reference.parse(from.image());
            } catch (IllegalArgumentException e) {
                throw fault(from.span(), String.valueOf(e.getMessage()), "name an image, such as alpine:3.22");
            }
        }

        private Base image(Reference reference, Span span) throws IOException, InterruptedException {
            try {
                return sources.image(reference, platform);
            } catch (BuildFailedException e) {
                throw new IOException(e);
            } catch (RuntimeException e) {
                if (Tasks.isCancellation(e)) {
                    throw e;
                }
                throw new UnresolvedImageException(reference, name, platform, span, e);
            }
        }

        @Override
        public Files context() throws IOException {
            return sources.context();
        }

        @Override
        public Files from(String from, Instruction instruction) throws IOException, InterruptedException {
            NamedContext context = named(from);
            switch (context) {
                case NamedContext.FileSet files -> {
                    return sources.named(files);
                }
                case NamedContext.Image image -> {
                    return new Files.Stage(new State(image(image.reference(), instruction.span()), null));
                }
                case NamedContext.OciLayout layout -> {
                    return new Files.Stage(new State(sources.layout(layout, platform), null));
                }
                case null -> {}
            }
            Stage other = dockerfile.stage(from);
            if (other != null && other.index() < stage.index()) {
                return new Files.Stage(stage(other).image().state);
            }
            if (other == null && from.equals(SCRATCH)) {
                return new Files.Stage(new State(Base.scratch(platform), null));
            }
            boolean later = other != null || from.matches("[0-9]+");
            Reference reference = later ? null : BaseImages.tryParse(from);
            if (reference == null) {
                throw fault(
                        instruction.span(),
                        "cannot copy from '" + from + "'",
                        "name a stage that stands before this one, or an image");
            }
            return new Files.Stage(new State(image(reference, instruction.span()), null));
        }

        @Override
        public Where next(Instruction instruction) {
            String text = (trigger ? "ONBUILD " : "") + instruction.text();
            return new Where(name, platform, prefix() + GitAddress.redacted(text), instruction.span());
        }

        /** {@code [linux/arm64 builder 3/5] }. */
        private String prefix() {
            done++;
            String at = multiPlatform ? platform + " " : "";
            String count = done + "/" + total;
            String padded = " ".repeat(Math.max(0, 2 * Integer.toString(total).length() + 1 - count.length())) + count;
            return "[" + at + (name.isEmpty() ? "" : name + " ") + padded + "] ";
        }
    }

    private static boolean isCounted(Instruction instruction) {
        return instruction instanceof Instruction.Run
                || instruction instanceof Instruction.Copy
                || instruction instanceof Instruction.Add
                || instruction instanceof Instruction.Workdir;
    }
}
