package dev.runner.step.action.storage;

import dev.runner.step.action.input.Contract;
import dev.runner.step.action.input.ContractedAction;
import dev.runner.step.github.ActionContext;
import dev.runner.step.github.ActionFailedException;
import dev.runner.step.github.ActionInputs;
import dev.runner.step.keep.Artifact;
import dev.runner.step.keep.ArtifactStore;
import dev.runner.step.keep.ArtifactStore.Existing;
import dev.runner.step.keep.FileSet;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;

/**
 * Keeps files as an artifact of the run. {@code artifact-url} is where its zip lies on this machine.
 *
 * @see <a href="https://github.com/actions/upload-artifact#readme">actions/upload-artifact</a>
 */
public final class UploadAction extends ContractedAction {
    /** From this version on, an artifact is what one step has uploaded; before, steps added to it. */
    private static final int IMMUTABLE = 4;

    private final ArtifactStore store;

    public UploadAction(ArtifactStore store) {
        super(Contract.named("actions/upload-artifact", 1, 7)
                .input("name", "artifact")
                .required("path")
                .from(2)
                .input("if-no-files-found", "warn")
                .inputs("retention-days")
                .from(3)
                .input("include-hidden-files", "false")
                .from(4)
                .input("compression-level", "6")
                .input("overwrite", "false")
                .outputs("artifact-id", "artifact-url", "artifact-digest")
                .from(7)
                .input("archive", "true")
                .build());
        this.store = store;
    }

    @Override
    public void main(ActionContext context) throws IOException {
        ActionInputs inputs = context.inputs();
        inputs.need("path");
        String absence = absence(inputs);
        // The first versions took hidden files; the newest of version 3 does not, either.
        boolean hidden = context.major() < 3 || inputs.isTrue("include-hidden-files");
        FileSet files = UploadedFiles.find(context, hidden).files();
        if (files.isEmpty()) {
            tellAbsence(absence, context);
            return;
        }
        boolean direct = context.major() >= 7 && !inputs.isTrue("archive");
        if (direct && files.size() > 1) {
            throw ActionFailedException.badInput(
                    "'archive: false' uploads one file, and " + files.size() + " were found", null);
        }
        String name = direct
                ? String.valueOf(files.entries().firstEntry().getValue().getFileName())
                : inputs.get("name").isEmpty() ? "artifact" : inputs.get("name");
        upload(ArtifactNames.checked(name), files, context);
    }

    private static String absence(ActionInputs inputs) {
        String word = inputs.get("if-no-files-found");
        return switch (word) {
            case "", "warn", "error", "ignore" -> word;
            default ->
                throw ActionFailedException.badInput(
                        "Unrecognized if-no-files-found input. Provided: " + word
                                + ". Available options: warn,error,ignore",
                        null);
        };
    }

    private static void tellAbsence(String absence, ActionContext context) {
        String message = "No files were found with the provided path: "
                + context.inputs().get("path") + ". No artifacts will be uploaded.";
        switch (absence) {
            case "error" -> throw ActionFailedException.failed(message, null);
            case "ignore" -> context.info(message);
            default -> context.warning(message);
        }
    }

    private void upload(String name, FileSet files, ActionContext context) throws IOException {
        boolean mutable = context.major() < IMMUTABLE;
        Existing existing =
                mutable ? Existing.MERGE : context.inputs().isTrue("overwrite") ? Existing.REPLACE : Existing.REFUSE;
        context.info("With the provided path, there will be " + files.size()
                + (files.size() == 1 ? " file uploaded" : " files uploaded"));
        Artifact artifact = store.save(
                new Artifact.About(
                        ArtifactNames.run(context), name, Map.of("repository", context.github("repository"))),
                files,
                new ArtifactStore.Keeping(existing, ArtifactNames.level(context), ArtifactNames.retention(context)));
        if (artifact == null) {
            throw ActionFailedException.failed(
                    "Failed to CreateArtifact: an artifact with the name '" + name
                            + "' already exists on the workflow run",
                    "give it another name, or write 'overwrite: true'");
        }
        store.prune(Instant.now());
        publish(artifact, context);
    }

    private void publish(Artifact artifact, ActionContext context) {
        String id = String.valueOf(artifact.id());
        String url = store.zip(artifact).toUri().toString();
        context.setOutput("artifact-id", id);
        context.setOutput("artifact-url", url);
        context.setOutput("artifact-digest", artifact.content().digest().hex());
        context.info("Artifact " + artifact.name() + " has been successfully uploaded! Final size is "
                + artifact.content().size() + " bytes. Artifact ID is " + id);
        context.info("Artifact download URL: " + url);
    }
}
