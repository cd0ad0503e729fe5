package dev.runner.pipeline;

import dev.runner.expression.Expression;
import dev.runner.expression.Template;
import dev.runner.source.Span;
import org.jspecify.annotations.Nullable;

/** One action of a job. */
public sealed interface Step {
    Head head();

    /** The word of the language for this kind of step, such as {@code build}. */
    default String kind() {
        return switch (this) {
            case Checkout _ -> "checkout";
            case Binfmt _ -> "binfmt";
            case Login _ -> "login";
            case Build _ -> "build";
            case Publish _ -> "publish";
            case Run _ -> "run";
            case Uses _ -> "uses";
            case Script _ -> "script";
            case Downstream _ -> "trigger";
            case Function _ -> "function";
        };
    }

    /**
     * What every step has.
     *
     * @param id unique in the job, or null; {@code steps.<id>} then gives its outputs and results
     * @param name what people see, or null for a name made from the step
     * @param condition null for the default, {@code success()}
     * @param timeout null for no limit but the job's
     * @param continueOnError whether the job goes on and passes although this step fails
     */
    record Head(
            @Nullable String id,
            @Nullable Template name,
            @Nullable Expression condition,
            TemplateMap env,
            @Nullable TimeLimit timeout,
            Flag continueOnError,
            Span span) {}

    /**
     * Puts a commit into the workspace. Provides the outputs {@code sha}, {@code short}, {@code branch}, {@code tag} and
     * {@code dirty}, and the context {@code commit}.
     *
     * @param repository a path or URL, or null for the repository the run was started in
     * @param ref branch, tag, SHA or {@code refs/…}, or null for the commit that is checked out there
     */
    record Checkout(
            Head head,
            @Nullable Template repository,
            @Nullable Template ref,
            History history,
            Files files,
            Access access)
            implements Step {
        /**
         * How much history is fetched.
         *
         * @param depth number of commits; 0 for all of them
         * @param tags whether tags are fetched, too
         */
        public record History(Count depth, Flag tags) {}

        /**
         * Which files are written, and where.
         *
         * @param submodules {@code true}, {@code false} or {@code recursive}; null for false
         * @param sparse paths to write; all when empty
         * @param dirty whether uncommitted changes of a local repository are taken as they are
         * @param path a folder inside the workspace, or null for the workspace itself
         * @param extent of submodules and large files; null for the usual one
         */
        public record Files(
                @Nullable Template submodules,
                TemplateList sparse,
                Flag dirty,
                @Nullable Template path,
                @Nullable Extent extent) {}

        /**
         * What comes with a commit.
         *
         * @param submodulePaths git's pathspecs of the submodules that come along; empty for all
         * @param submoduleDepth commits of their history; null for as many as of the repository
         * @param newest whether the newest commits of submodules are taken, not the recorded ones
         * @param https whether submodules with addresses of SSH are fetched by HTTPS
         * @param largeFiles whether the contents of Git LFS are fetched
         */
        public record Extent(
                java.util.List<String> submodulePaths,
                @Nullable Integer submoduleDepth,
                boolean newest,
                boolean https,
                boolean largeFiles) {
            public Extent {
                submodulePaths = java.util.List.copyOf(submodulePaths);
            }
        }

        /**
         * How the repository is reached.
         *
         * @param persistCredentials whether later steps may use the credentials through git
         * @param username with {@code token} for https; null for the token alone
         * @param token a password or access token
         * @param sshKey a private key in PEM or OpenSSH form
         */
        public record Access(
                Flag persistCredentials,
                @Nullable Template username,
                @Nullable Template token,
                @Nullable Template sshKey) {}
    }

    /**
     * Registers emulation with the kernel.
     *
     * @param platforms which; the pipeline's when empty
     * @param reset whether existing registrations are replaced
     * @param install whether missing emulators may be installed with the system's package manager
     */
    record Binfmt(Head head, TemplateList platforms, Flag reset, Flag install) implements Step {}

    /**
     * Checks credentials against a registry and keeps them for the run.
     *
     * @param registry {@code host[:port]}, or null for Docker Hub
     */
    record Login(Head head, @Nullable Template registry, Template username, Template password) implements Step {}

    /** Builds an image. Provides the outputs {@code digest}, {@code image} and {@code metadata}. */
    record Build(Head head, Recipe recipe, Marks marks, Cache cache, Access access, Limits limits, Results results)
            implements Step {
        /** Whether it is not said to be a mere check. */
        public boolean makesImage() {
            return results.check().written() == null
                    || !results.check().written().source().equals("true");
        }

        /**
         * What is built, and by what.
         *
         * @param context a folder, relative to the working directory, or the URL of a git repository or of a tar;
         *     {@code .} unless written
         * @param file the Dockerfile, relative to the working directory, or null for {@code Dockerfile} in the context
         * @param target the stage, or null for the last
         * @param platforms the pipeline's when empty
         * @param contexts named contexts
         * @param engine the pipeline's where the step says nothing
         */
        public record Recipe(
                Template context,
                @Nullable Template file,
                @Nullable Template target,
                TemplateMap args,
                TemplateList platforms,
                TemplateMap contexts,
                BuildEngine engine) {}

        /**
         * What the image is marked with.
         *
         * @param tags full references, {@code name:tag}
         * @param annotations keys as {@code [LEVEL[,LEVEL][[PLATFORM]]:]KEY}
         */
        public record Marks(
                TemplateList tags, TemplateMap labels, TemplateMap annotations, Attestations attestations) {}

        /**
         * What is said about the image beside it, in the words of {@code docker buildx build}.
         *
         * @param provenance such as {@code mode=max}, or null for none
         * @param sbom such as {@code format=cyclonedx}, or null for none
         * @param attest entries such as {@code type=sbom,format=both}
         */
        public record Attestations(
                @Nullable Template provenance, @Nullable Template sbom, TemplateList attest) {}

        /**
         * Where known results come from and go to.
         *
         * @param from entries such as {@code type=registry,ref=…}, or a bare reference
         * @param to entries such as {@code type=inline}
         * @param noCache whether nothing is taken from a cache
         * @param noCacheFilter stages for which nothing is taken from a cache
         * @param pull whether base images are looked up anew
         * @param mounts the image that folders of cache mounts come from and go to, or null for this machine only
         */
        public record Cache(
                TemplateList from,
                TemplateList to,
                Flag noCache,
                TemplateList noCacheFilter,
                Flag pull,
                @Nullable Template mounts) {}

        /**
         * What the build may reach.
         *
         * @param secrets values by id
         * @param secretSources entries such as {@code id=npm,src=.npmrc} or {@code id=token,env=TOKEN}
         * @param ssh entries such as {@code default} or {@code id=path}
         * @param network {@code default}, {@code host} or {@code none}, or null for default
         * @param hosts addresses by name, for {@code /etc/hosts} of RUN
         * @param allow what the Dockerfile may ask for: {@code network.host}, {@code security.insecure}
         */
        public record Access(
                TemplateMap secrets,
                TemplateList secretSources,
                TemplateList ssh,
                @Nullable Template network,
                TemplateMap hosts,
                TemplateList allow) {}

        /**
         * What a RUN may use; null is no limit.
         *
         * @param memory as {@code 512m}
         * @param cpus as {@code 1.5}
         * @param shm the size of {@code /dev/shm}; null for 64m
         * @param ulimits as {@code nofile=1024:4096}
         * @param parent the control group that those of RUN are in
         */
        public record Limits(
                @Nullable Template memory,
                @Nullable Template cpus,
                @Nullable Template pids,
                @Nullable Template shm,
                TemplateList ulimits,
                @Nullable Template parent) {}

        /**
         * Where the image goes.
         *
         * @param outputs entries such as {@code type=oci,dest=image.tar}
         * @param push whether the tags are pushed
         * @param check whether the build checks run and nothing is built
         */
        public record Results(TemplateList outputs, Flag push, Flag check) {}
    }

    /**
     * Puts an image under tags in one or several repositories.
     *
     * @param image a digest of an image built in this run, or a reference
     * @param to repositories, without tag; never empty
     * @param tags as {@link TagRule} reads them; never empty
     */
    record Publish(Head head, Template image, TemplateList to, TemplateList tags) implements Step {}

    /**
     * Runs a script.
     *
     * @param shell {@code bash}, {@code sh}, {@code python}, {@code pwsh} or a command line with <code>{0}</code>; null
     *     for the default
     * @param workingDirectory relative to the workspace, or null for the workspace itself
     */
    record Run(
            Head head,
            Template script,
            @Nullable Template shell,
            @Nullable Template workingDirectory) implements Step {}

    /**
     * Runs an action.
     *
     * @param action {@code owner/repo[/path]@ref}, {@code ./path} or {@code docker://image}; no expression
     * @param inputs the action's inputs by name, {@code entrypoint} and {@code args} among them
     */
    record Uses(Head head, String action, Span at, TemplateMap inputs) implements Step {}

    /**
     * Commands in one shell, each shown before it runs. The first that fails ends them.
     *
     * @param commands as written; none is a template
     */
    record Script(Head head, java.util.List<String> commands) implements Step {
        public Script {
            commands = java.util.List.copyOf(commands);
        }
    }

    /**
     * Runs a function, or a script among functions.
     *
     * @param call as written: {@code name}, one of {@code step}, {@code func} and {@code script}, {@code env} and
     *     {@code inputs}; expressions in it are read when its turn comes
     */
    record Function(Head head, dev.runner.expression.Value.Obj call) implements Step {}

    /**
     * Runs another pipeline, which is read when its turn comes.
     *
     * @param target whose pipeline it is; null for a child of this one
     * @param configuration the child's configuration as text, unless a job has generated it; empty for the project's own
     * @param generated a job's artifact that is the configuration, or null
     * @param forwarded names of variables that it gets
     * @param inputs of the pipeline
     * @param waits whether its failure is this job's
     */
    record Downstream(
            Head head,
            @Nullable Target target,
            String configuration,
            @Nullable Generated generated,
            java.util.List<String> forwarded,
            java.util.Map<String, String> inputs,
            boolean waits)
            implements Step {
        public Downstream {
            forwarded = java.util.List.copyOf(forwarded);
            inputs = java.util.Map.copyOf(inputs);
        }

        /**
         * Another project.
         *
         * @param project such as {@code group/name}
         * @param branch or tag; null for its usual branch
         */
        public record Target(String project, @Nullable String branch) {}

        /** A file among a job's artifacts. */
        public record Generated(String job, String file) {}
    }
}
