package dev.runner.build.embedded;

import dev.runner.build.BuildContext;
import dev.runner.build.BuildFailedException;
import dev.runner.build.BuildRequest;
import dev.runner.build.GitAddress;
import dev.runner.build.NamedContext;
import dev.runner.build.context.ContextArchive;
import dev.runner.build.embedded.Tasks.Task;
import dev.runner.build.embedded.Vertex.Files;
import dev.runner.build.embedded.Vertex.State;
import dev.runner.build.embedded.cache.ContextNames;
import dev.runner.build.embedded.recall.FolderListing;
import dev.runner.build.embedded.recall.Memo;
import dev.runner.build.embedded.store.FileDigests;
import dev.runner.dockerfile.CheckContext;
import dev.runner.dockerfile.Dockerfile;
import dev.runner.dockerfile.IgnorePatterns;
import dev.runner.dockerfile.Instruction;
import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.oci.ImageConfig;
import dev.runner.oci.Index;
import dev.runner.oci.OciLayout;
import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Where the files of one build come from, each read once for all platforms. */
final class BuildSources implements StageGraph.Sources, VertexKeys.ContentDigests {
    private final BuildRequest request;
    private final Workshop shop;
    private final BaseImages images;
    private final Tasks tasks;
    private final Progress progress;
    private final Downloads downloads;
    private final GitTrees git;
    private final ContextNaming naming;
    private final Map<String, ContextTree> archives = new ConcurrentHashMap<>();
    private final Map<Path, ContextTree> trees = new HashMap<>();
    private final Map<Path, IgnoreText> ignoreTexts = new HashMap<>();
    private volatile boolean fetched;
    private final Map<ContentKey, Task<Digest>> digests = new ConcurrentHashMap<>();
    private final Set<Material> materials = java.util.Collections.synchronizedSet(new java.util.LinkedHashSet<>());
    private final Set<Reference> wanted = ConcurrentHashMap.newKeySet();
    private final Set<String> shown = ConcurrentHashMap.newKeySet();

    /** @param naming knows what contents are called that need not be read therefore */
    BuildSources(
            BuildRequest request,
            Workshop shop,
            BaseImages images,
            Tasks tasks,
            Progress progress,
            ContextNaming naming) {
        this.naming = naming;
        this.request = request;
        this.shop = shop;
        this.images = images;
        this.tasks = tasks;
        this.progress = progress;
        this.downloads = new Downloads(shop);
        this.git = new GitTrees(shop, request.inputs().secrets());
    }

    private record ContentKey(Path root, List<String> sources, boolean parents, List<String> excludes) {}

    Downloads downloads() {
        return downloads;
    }

    /** What was read besides the context so far, in the order it was. */
    List<Material> materials() {
        synchronized (materials) {
            return List.copyOf(materials);
        }
    }

    GitTrees git() {
        return git;
    }

    @Override
    public Files context() throws IOException {
        return switch (request.inputs().context()) {
            case BuildContext.Empty empty ->
                new Files.Context(new ContextTree(
                        null, IgnorePatterns.none(), shop.store().files()));
            case BuildContext.Directory(Path path, BuildContext.Origin _) ->
                new Files.Context(tree(path, request.definition().file()));
        };
    }

    @Override
    public Files named(NamedContext.FileSet context) throws IOException, InterruptedException {
        return switch (context) {
            case NamedContext.Directory(Path path) -> new Files.Context(tree(path, null));
            case NamedContext.Git(GitAddress address) ->
                new Files.Context(git.fetch(address).rooted(shop));
            case NamedContext.Archive(String address) -> new Files.Context(archive(address));
        };
    }

    private ContextTree archive(String address) throws IOException, InterruptedException {
        ContextTree known = archives.get(address);
        if (known == null) {
            Downloads.File file = downloads.fetch(address, null);
            Path folder = shop.store().newTemporaryFolder();
            try (InputStream in = shop.store().blobs().open(file.digest())) {
                ContextArchive.unpack(in, folder, shop.layers().limits());
            }
            known = tree(folder, null);
            archives.put(address, known);
        }
        return known;
    }

    FileDigests digests() {
        return shop.store().files();
    }

    private synchronized ContextTree tree(Path path, @Nullable Path dockerfile) throws IOException {
        ContextTree known = trees.get(path);
        if (known == null) {
            if (!java.nio.file.Files.isDirectory(path)) {
                throw new IOException("the build context " + path + " is not a folder");
            }
            IgnoreText text = IgnoreText.find(path, dockerfile, digests());
            known = new ContextTree(path, text.patterns(), shop.store().files());
            trees.put(path, known);
            ignoreTexts.put(path, text);
        }
        return known;
    }

    /**
     * The contexts as they were read, for a memo; null when one cannot be told to be unchanged later, or when more than
     * folders and images were read.
     *
     * @param texts takes the files that say what is ignored
     */
    @Nullable
    synchronized List<Memo.Tree> watched(List<Memo.Text> texts) {
        if (fetched) {
            return null;
        }
        List<Memo.Tree> watched = new ArrayList<>();
        for (Map.Entry<Path, ContextTree> entry : trees.entrySet()) {
            Map<String, FolderListing> listings = entry.getValue().listings();
            if (listings == null) {
                return null;
            }
            IgnoreText ignore = Objects.requireNonNull(ignoreTexts.get(entry.getKey()));
            ignore.looked().forEach((path, text) -> texts.add(new Memo.Text(path, text)));
            List<Memo.Folder> folders = new ArrayList<>();
            listings.forEach((path, listing) -> folders.add(new Memo.Folder(path, listing.bytes())));
            watched.add(new Memo.Tree(entry.getKey(), ignore.file(), folders));
        }
        return watched;
    }

    /** What the names of base images meant; null when that is not certain. */
    @Nullable
    List<Memo.Image> watchedImages() {
        return images.watched();
    }

    @Override
    public Base layout(NamedContext.OciLayout place, Platform platform) throws IOException {
        OciLayout layout = OciLayout.at(place.path());
        Descriptor root = root(layout.index(), place);
        Reference name = Reference.parse("oci-layout/" + "image").withDigest(root.digest());
        for (Descriptor blob : LayoutBlobs.of(root, platform, layout)) {
            if (!shop.store().blobs().has(blob.digest())) {
                try (var in = layout.open(blob)) {
                    shop.store().blobs().ingest(in, blob);
                }
            }
        }
        return images.image(name, root, platform);
    }

    private static Descriptor root(Index index, NamedContext.OciLayout place) throws IOException {
        String name = place.name();
        List<Descriptor> fitting = index.manifests().stream()
                .filter(manifest -> name == null
                        || manifest.digest().toString().equals(name)
                        || name.equals(manifest.annotations().get(OciLayout.REF_NAME)))
                .toList();
        if (fitting.size() != 1) {
            throw new IOException("the OCI layout " + place.path() + " has " + fitting.size() + " images"
                    + (name == null ? "; name one with :TAG or @DIGEST" : " named '" + name + "'"));
        }
        return fitting.getFirst();
    }

    /**
     * What the build checks may know of an image, if it is one that the build needs and that can be found.
     *
     * @param name as FROM has it
     */
    CheckContext.@Nullable BaseImage known(String name, @Nullable Platform platform) {
        Reference reference = BaseImages.tryParse(name);
        if (platform == null || reference == null || !wanted.contains(reference)) {
            return null;
        }
        try {
            ImageConfig image = image(reference, platform).config();
            Map<String, String> variables = new HashMap<>();
            for (String pair : image.config().env()) {
                int equals = pair.indexOf('=');
                variables.put(
                        equals < 0 ? pair : pair.substring(0, equals), equals < 0 ? "" : pair.substring(equals + 1));
            }
            List<String> triggers = image.config().onBuild();
            boolean hasShell = image.config().shell() != null;
            return new CheckContext.BaseImage(
                    variables, triggers, hasShell, image.platform().toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        } catch (BuildFailedException | IOException | RuntimeException e) {
            return null; // FROM says what is wrong, at its place.
        }
    }

    @Override
    public void prefetch(Reference image, Platform platform) {
        wanted.add(image);
        images.find(image, platform, request.cache().pull(), tasks);
    }

    @Override
    public Base image(Reference image, Platform platform)
            throws BuildFailedException, IOException, InterruptedException {
        Base base = images.find(image, platform, request.cache().pull(), tasks).await();
        Reference named = BaseImages.tryParse(base.name());
        if (named != null && named.digest() != null) {
            materials.add(Material.image(image, named.digest().toString(), platform, platform));
        }
        return base;
    }

    @Override
    public void from(String name, Base base) {
        if (shown.add(base.name() + " " + base.manifest() + " " + name)) {
            progress.start(name).finished(true, null);
        }
    }

    /**
     * Begins to look at the context while base images are still looked up, when a COPY of all of it will want that: of a
     * warm build it is most of the work.
     */
    void lookAhead(Dockerfile dockerfile) throws IOException {
        if (!(context() instanceof Files.Context files)) {
            return;
        }
        dockerfile.stages().stream()
                .flatMap(stage -> stage.instructions().stream())
                .filter(Instruction.Copy.class::isInstance)
                .map(Instruction.Copy.class::cast)
                .filter(copy -> copy.from() == null)
                .filter(copy -> copy.transfer().sources().equals(List.of(".")))
                .forEach(copy -> look(
                        files.tree(),
                        copy.transfer().sources(),
                        copy.parents(),
                        copy.transfer().options().excludes()));
    }

    private Task<Digest> look(ContextTree tree, List<String> sources, boolean parents, List<String> excludes) {
        Path root = tree.root() == null ? Path.of("") : tree.root();
        return digests.computeIfAbsent(
                new ContentKey(root, sources, parents, excludes),
                key -> tasks.startFor(() -> read(tree, sources, parents, excludes)));
    }

    /** In a clean checkout the ids of git's objects tell what the files are, if somebody has read them before. */
    private Digest read(ContextTree tree, List<String> sources, boolean parents, List<String> excludes)
            throws IOException, InterruptedException {
        CopySources copied = new CopySources(tree, parents, excludes);
        Digest git = naming.mayKnow() ? copied.named(sources, tree::vouched) : null;
        ContextNames known =
                git == null ? null : naming.ofGit(ContextNaming.selection(sources, parents, excludes), git);
        return known != null ? known.content() : copied.digest(sources);
    }

    @Override
    public Digest context(ContextTree tree, List<String> sources, boolean parents, List<String> excludes)
            throws IOException, InterruptedException {
        try {
            return look(tree, sources, parents, excludes).await();
        } catch (BuildFailedException e) {
            throw new IOException(e);
        }
    }

    @Override
    public Digest address(String address, Vertex.Copy.Remote wanted) throws IOException, InterruptedException {
        fetched = true;
        if (GitAddress.isGit(address)) {
            GitAddress repository = GitTrees.wanted(address, wanted);
            materials.add(new Material(repository.shown(), git.commit(repository), null));
            return git.key(repository);
        }
        String checksum = wanted.checksum();
        Digest digest = checksum == null ? downloads.fetch(address, null).digest() : Digest.parse(checksum);
        materials.add(new Material(GitAddress.redacted(address), Map.of(digest.algorithm(), digest.hex()), null));
        return digest;
    }

    @Override
    public Digest stage(State state) {
        throw new IllegalStateException("only the solver knows stages");
    }
}
