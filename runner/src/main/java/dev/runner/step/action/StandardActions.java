package dev.runner.step.action;

import dev.runner.step.action.docker.BakeAction;
import dev.runner.step.action.docker.BakeTargetsAction;
import dev.runner.step.action.docker.BuildPushAction;
import dev.runner.step.action.docker.BuildxAction;
import dev.runner.step.action.docker.DockerAction;
import dev.runner.step.action.docker.LoginAction;
import dev.runner.step.action.docker.MetadataAction;
import dev.runner.step.action.docker.OldBuildxAction;
import dev.runner.step.action.docker.QemuAction;
import dev.runner.step.action.setup.GoAction;
import dev.runner.step.action.setup.JavaAction;
import dev.runner.step.action.setup.NodeAction;
import dev.runner.step.action.setup.PythonAction;
import dev.runner.step.action.source.CheckoutAction;
import dev.runner.step.action.source.ScriptAction;
import dev.runner.step.action.storage.CacheAction;
import dev.runner.step.action.storage.DownloadAction;
import dev.runner.step.action.storage.MergeAction;
import dev.runner.step.action.storage.RestoreAction;
import dev.runner.step.action.storage.SaveAction;
import dev.runner.step.action.storage.UploadAction;
import dev.runner.step.github.BuiltinActions;
import dev.runner.step.keep.ArtifactStore;
import dev.runner.step.keep.CacheStore;
import java.util.List;

/** All actions that are built in. */
public final class StandardActions {
    private static final List<String> SCOUT = List.of(
            "command",
            "debug",
            "verbose-debug",
            "summary",
            "org",
            "image",
            "platform",
            "ref",
            "to",
            "to-ref",
            "to-stream",
            "to-env",
            "to-latest",
            "stream",
            "environment",
            "only-severities",
            "only-package-types",
            "only-cisa-kev",
            "only-vex-affected",
            "only-fixed",
            "only-unfixed",
            "ignore-base",
            "ignore-unchanged",
            "vex-location",
            "vex-author",
            "sarif-file",
            "with-cvss3",
            "format",
            "file",
            "output",
            "exit-code",
            "exit-on",
            "details",
            "epss",
            "write-comment",
            "keep-previous-comments",
            "github-token",
            "dockerhub-user",
            "dockerhub-password",
            "registry-user",
            "registry-password");

    private StandardActions() {}

    /**
     * They, by name; none is made before it is asked for.
     *
     * @param caches where caches are kept between jobs and runs
     * @param artifacts where artifacts are kept
     */
    public static BuiltinActions of(CacheStore caches, ArtifactStore artifacts) {
        return absent(docker(BuiltinActions.none()))
                .with("actions/checkout", CheckoutAction::new)
                .with("actions/cache", () -> new CacheAction(caches))
                .with("actions/cache/restore", () -> new RestoreAction(caches))
                .with("actions/cache/save", () -> new SaveAction(caches))
                .with("actions/upload-artifact", () -> new UploadAction(artifacts))
                .with("actions/upload-artifact/merge", () -> new MergeAction(artifacts))
                .with("actions/download-artifact", () -> new DownloadAction(artifacts))
                .with("actions/setup-java", () -> new JavaAction(caches))
                .with("actions/setup-node", () -> new NodeAction(caches))
                .with("actions/setup-python", () -> new PythonAction(caches))
                .with("actions/setup-go", () -> new GoAction(caches))
                .with("actions/github-script", ScriptAction::new);
    }

    private static BuiltinActions docker(BuiltinActions all) {
        return all.with("docker/metadata-action", MetadataAction::new)
                .with("docker/build-push-action", BuildPushAction::new)
                .with("docker/bake-action", BakeAction::new)
                .with("docker/bake-action/subaction/list-targets", BakeTargetsAction::list)
                .with("docker/bake-action/subaction/matrix", BakeTargetsAction::matrix)
                .with("docker/login-action", LoginAction::new)
                .with("docker/setup-docker-action", DockerAction::new)
                .with("docker/setup-qemu-action", QemuAction::new)
                .with("docker/setup-buildx-action", BuildxAction::new)
                .with("crazy-max/ghaction-docker-buildx", OldBuildxAction::new);
    }

    private static BuiltinActions absent(BuiltinActions all) {
        return all.with(
                        "docker/scout-action",
                        () -> new AbsentAction(
                                "docker/scout-action",
                                "Docker Scout asks Docker's service what it knows of the packages in an image",
                                SCOUT))
                .with(
                        "docker/setup-compose-action",
                        () -> new AbsentAction(
                                "docker/setup-compose-action",
                                "Docker Compose runs services with Docker's daemon, and there is none; 'services' of a"
                                        + " job run them here, and docker/bake-action builds what a compose file describes",
                                List.of("version", "cache-binary")));
    }
}
