package dev.runner.step.action.storage;

import dev.runner.step.action.input.Contract;
import dev.runner.step.action.input.ContractedAction;
import dev.runner.step.github.ActionContext;
import dev.runner.step.github.ActionFailedException;
import dev.runner.step.keep.Artifact;
import dev.runner.step.keep.ArtifactStore;
import dev.runner.step.keep.FileSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Makes one artifact of several.
 *
 * @see <a href="https://github.com/actions/upload-artifact/tree/main/merge#readme">actions/upload-artifact/merge</a>
 */
public final class MergeAction extends ContractedAction {
    private final ArtifactStore store;

    public MergeAction(ArtifactStore store) {
        super(Contract.named("actions/upload-artifact/merge", 4, 7)
                .input("name", "merged-artifacts")
                .input("pattern", "*")
                .input("separate-directories", "false")
                .inputs("retention-days")
                .input("compression-level", "6")
                .input("delete-merged", "false")
                .input("include-hidden-files", "false")
                .outputs("artifact-id", "artifact-url", "artifact-digest")
                .build());
        this.store = store;
    }

    @Override
    public void main(ActionContext context) throws IOException {
        String run = ArtifactNames.run(context);
        NamePattern pattern = NamePattern.parse(context.inputs().get("pattern"));
        List<Artifact> parts = store.list(run).stream()
                .filter(each -> pattern.matches(each.name()))
                .toList();
        if (parts.isEmpty()) {
            throw ActionFailedException.failed(
                    "No artifacts were found with the provided pattern: "
                            + context.inputs().get("pattern") + ".",
                    null);
        }
        boolean separate = context.inputs().isTrue("separate-directories");
        Path folder = context.scratch();
        for (Artifact part : parts) {
            store.extract(part, separate ? folder.resolve(part.name()) : folder);
        }
        FileSet files = FileSet.below(folder).withoutModes();
        String name = ArtifactNames.checked(context.inputs().get("name"));
        Artifact merged = store.save(
                new Artifact.About(run, name, Map.of("repository", context.github("repository"))),
                files,
                new ArtifactStore.Keeping(
                        ArtifactStore.Existing.REFUSE, ArtifactNames.level(context), ArtifactNames.retention(context)));
        if (merged == null) {
            throw ActionFailedException.failed(
                    "Failed to CreateArtifact: an artifact with the name '" + name
                            + "' already exists on the workflow run",
                    "give it another name");
        }
        if (context.inputs().isTrue("delete-merged")) {
            for (Artifact part : parts) {
                store.delete(part);
            }
        }
        context.setOutput("artifact-id", String.valueOf(merged.id()));
        context.setOutput("artifact-url", store.zip(merged).toUri().toString());
        context.setOutput("artifact-digest", merged.content().digest().hex());
        context.info("merged " + parts.size() + " artifacts into " + name);
    }
}
