package dev.runner.build.embedded;

import dev.runner.build.NetworkMode;
import dev.runner.build.embedded.Vertex.Files;
import dev.runner.build.embedded.Vertex.MountFrom;
import dev.runner.build.embedded.buildkit.CacheKey;
import dev.runner.build.embedded.buildkit.CacheKey.Input;
import dev.runner.build.embedded.buildkit.Chown;
import dev.runner.build.embedded.buildkit.ExecMount;
import dev.runner.build.embedded.buildkit.ExecOperation;
import dev.runner.build.embedded.buildkit.FileAction;
import dev.runner.build.embedded.buildkit.FileOperation;
import dev.runner.build.embedded.buildkit.Selection;
import dev.runner.build.embedded.store.NameOrder;
import dev.runner.dockerfile.GoMatch;
import dev.runner.dockerfile.Heredoc;
import dev.runner.dockerfile.Mount;
import dev.runner.host.sandbox.Limits;
import dev.runner.oci.Digest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The key by which BuildKit knows a RUN.
 *
 * <p>The root filesystem is its first input. Mounts, in the order of their targets, bring the others; several of one source
 * share an input, and what of it they show is selected together.
 */
final class BuildKitRun {
    private static final Mount.Owner USUAL_OWNER = new Mount.Owner(0755, 0, 0);

    private final BuildKitKeys keys;
    private final Vertex.Run run;
    private final List<CacheKey> below;
    /** What is mounted besides the root, by its source: files, or what a step of its own makes. */
    private final Map<Object, List<String>> sources = new LinkedHashMap<>();

    BuildKitRun(BuildKitKeys keys, Vertex.Run run, List<CacheKey> below) {
        this.keys = keys;
        this.run = run;
        this.below = below;
    }

    /** Null when there is none. */
    @Nullable
    CacheKey key() throws IOException {
        Vertex.Isolation isolation = run.isolation;
        boolean plain = isolation.extraHosts().isEmpty() && isolation.limits().equals(Limits.NONE);
        List<ExecMount> mounts = plain && !below.isEmpty() ? mounts() : null;
        List<List<Input>> inputs = mounts == null ? null : inputs();
        if (mounts == null || inputs == null) {
            return null;
        }
        List<String> environment = new ArrayList<>();
        run.command.environment().forEach((name, value) -> environment.add(name + "=" + value));
        ExecOperation operation = new ExecOperation(
                run.command.arguments(),
                environment,
                directory(),
                run.command.user(),
                network(),
                isolation.insecure(),
                mounts,
                run.where().platform());
        return CacheKey.of(operation.digest(), inputs);
    }

    /** Null when one of them is of a kind that has no key. */
    private @Nullable List<ExecMount> mounts() {
        List<ExecMount> mounts = new ArrayList<>();
        for (MountFrom from : sorted()) {
            ExecMount mount = mount(from);
            if (mount == null) {
                return null;
            }
            mounts.add(mount);
        }
        return mounts;
    }

    private List<MountFrom> sorted() {
        List<MountFrom> all = new ArrayList<>(run.mounts);
        Heredoc script = run.command.script();
        if (script != null) {
            Mount pipes = new Mount.Bind("/dev/pipes/", null, "/", true);
            all.add(new MountFrom(pipes, null));
        }
        all.sort(Comparator.comparing(from -> target(from.mount()), NameOrder.BYTES));
        return all;
    }

    private @Nullable ExecMount mount(MountFrom from) {
        String target = target(from.mount());
        return switch (from.mount()) {
            case Mount.Bind bind -> {
                Object source = from.files() == null ? script() : from.files();
                yield source == null || isOdd(source, bind.source())
                        ? null
                        : new ExecMount.Bind(target, input(source, bind.source()), bind.readOnly());
            }
            case Mount.Cache cache -> {
                boolean copy = cache.from() != null || cache.source() != null;
                int input = cache.owner().equals(USUAL_OWNER) ? -1 : input(folder(cache.owner()), "/cache");
                int sharing = cache.sharing().ordinal();
                yield copy ? null : new ExecMount.Cache(target, input, cache.readOnly(), cache.id(), sharing);
            }
            case Mount.Tmpfs tmpfs -> new ExecMount.Tmpfs(target, tmpfs.readOnly(), tmpfs.size());
            case Mount.Secret secret -> null;
            case Mount.Ssh ssh -> null;
        };
    }

    /** A source that is the root as well would share its input; a pattern would be no pattern. */
    private boolean isOdd(Object source, String path) {
        return source instanceof Files.Stage stage && stage.state().equals(run.before()) || GoMatch.hasWildcard(path);
    }

    private String target(Mount mount) {
        String target = mount.target() == null ? "" : mount.target();
        return target.startsWith("/") ? target : ImageInProgress.absolute(directory(), target);
    }

    private String directory() {
        return run.command.directory().isEmpty() ? "/" : run.command.directory();
    }

    private @Nullable Digest script() {
        Heredoc script = run.command.script();
        return script == null ? null : BuildKitCopy.file("/" + script.name(), 0755, script);
    }

    /** A cache that shall belong to somebody begins with a folder that does. */
    private static Digest folder(Mount.Owner owner) {
        Chown chown = new Chown(Integer.toString(owner.uid()), Integer.toString(owner.gid()));
        FileAction mkdir = new FileAction.Mkdir("/cache", owner.mode() & 0777, false, chown);
        return new FileOperation(-1, 0, List.of(new FileOperation.Step(mkdir, -1))).digest();
    }

    /** The number of a source among the inputs. */
    private int input(Object source, String path) {
        sources.computeIfAbsent(source, first -> new ArrayList<>()).add("/" + CopySources.clean(path));
        return 1 + List.copyOf(sources.keySet()).indexOf(source);
    }

    /** Null when one of them has no key. */
    private @Nullable List<List<Input>> inputs() throws IOException {
        List<List<Input>> inputs = new ArrayList<>();
        inputs.add(BuildKitKeys.inputs(below, ExecOperation.ROOT));
        for (Map.Entry<Object, List<String>> source : sources.entrySet()) {
            Digest selector = ExecOperation.selector(source.getValue());
            List<Input> input = switch (source.getKey()) {
                case Files.Context context -> {
                    CacheKey content = keys.content(context.tree(), new Selection(source.getValue()));
                    yield BuildKitKeys.inputs(List.of(content), null);
                }
                case Files.Stage stage -> {
                    List<CacheKey> from = keys.keys(stage.state());
                    yield from == null ? List.of() : BuildKitKeys.inputs(from, selector);
                }
                case Digest made -> BuildKitKeys.inputs(List.of(CacheKey.source(made)), selector);
                default -> throw new IllegalStateException("nothing else is mounted");
            };
            if (input.isEmpty()) {
                return null;
            }
            inputs.add(input);
        }
        return inputs;
    }

    private ExecOperation.Network network() {
        Vertex.Isolation isolation = run.isolation;
        if (isolation.network() == NetworkMode.NONE) {
            return ExecOperation.Network.NONE;
        }
        return isolation.networkAsked() ? ExecOperation.Network.HOST : ExecOperation.Network.SANDBOX;
    }
}
