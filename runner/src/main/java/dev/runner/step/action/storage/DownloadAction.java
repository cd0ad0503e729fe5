package dev.runner.step.action.storage;

import dev.runner.step.action.input.Contract;
import dev.runner.step.action.input.ContractedAction;
import dev.runner.step.action.input.HomePaths;
import dev.runner.step.github.ActionContext;
import dev.runner.step.github.ActionFailedException;
import dev.runner.step.github.ActionInputs;
import dev.runner.step.keep.Artifact;
import dev.runner.step.keep.ArtifactStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts artifacts of this run, or of another one of this machine, into the workspace.
 *
 * @see <a href="https://github.com/actions/download-artifact#readme">actions/download-artifact</a>
 */
public final class DownloadAction extends ContractedAction {
    /** From this version on, one artifact that is asked for by its id lands in the folder itself. */
    private static final int SINGLE_ID_IS_FLAT = 5;

    private final ArtifactStore store;

    public DownloadAction(ArtifactStore store) {
        super(Contract.named("actions/download-artifact", 1, 8)
                .inputs("name", "path")
                .from(2)
                .outputs("download-path")
                .from(4)
                .inputs("artifact-ids", "pattern", "github-token")
                .input("merge-multiple", "false")
                .input("repository", "${{ github.repository }}")
                .input("run-id", "${{ github.run_id }}")
                .from(8)
                .input("skip-decompress", "false")
                .input("digest-mismatch", "error")
                .build());
        this.store = store;
    }

    /** @param flat whether it goes into the folder itself and not into one of its name */
    private record Wanted(Artifact artifact, boolean flat) {}

    @Override
    public void main(ActionContext context) throws IOException {
        ActionInputs inputs = context.inputs();
        String path = HomePaths.expanded(inputs.get("path"), context);
        Path folder = context.workspace().resolve(path).normalize();
        if (inputs.isGiven("name") && inputs.isGiven("artifact-ids")) {
            throw ActionFailedException.badInput(
                    "Inputs 'name' and 'artifact-ids' cannot be used together. Please specify only one.", null);
        }
        List<Wanted> wanted = wanted(context);
        for (Wanted each : wanted) {
            Artifact artifact = each.artifact();
            Path into = each.flat() ? folder : folder.resolve(artifact.name());
            context.info("- " + artifact.name() + " (ID: " + artifact.id() + ", Size: "
                    + artifact.content().size() + ", Expected Digest: "
                    + artifact.content().digest() + ")");
            if (inputs.isTrue("skip-decompress")) {
                Files.createDirectories(into);
                Path zip = into.resolve(artifact.name() + ".zip");
                Files.copy(store.zip(artifact), zip, StandardCopyOption.REPLACE_EXISTING);
            } else {
                store.extract(artifact, into);
            }
        }
        context.info("Total of " + wanted.size() + " artifact(s) downloaded");
        context.setOutput("download-path", context.inside(folder));
    }

    private List<Wanted> wanted(ActionContext context) throws IOException {
        ActionInputs inputs = context.inputs();
        if (inputs.isGiven("artifact-ids")) {
            return byId(context);
        }
        String run = inputs.isGiven("run-id") ? inputs.get("run-id") : ArtifactNames.run(context);
        String name = inputs.get("name");
        if (!name.isEmpty()) {
            Artifact found = store.find(run, name);
            if (found == null) {
                throw ActionFailedException.failed(
                        "Unable to download artifact(s): Artifact not found for name: " + name,
                        "upload it in a job that this one needs" + others(run));
            }
            // The first version made a folder of the artifact's name.
            boolean flat = context.major() > 1 || inputs.isGiven("path");
            return List.of(new Wanted(found, flat));
        }
        String written = inputs.get("pattern");
        NamePattern pattern = NamePattern.parse(written.isEmpty() ? "**" : written);
        boolean merged = inputs.isTrue("merge-multiple");
        List<Wanted> wanted = new ArrayList<>();
        for (Artifact each : store.list(run)) {
            if (written.isEmpty() || pattern.matches(each.name())) {
                wanted.add(new Wanted(each, merged));
            }
        }
        context.info("Found " + wanted.size() + " artifact(s)");
        return wanted;
    }

    private String others(String run) throws IOException {
        List<String> names = store.list(run).stream().map(Artifact::name).toList();
        return names.isEmpty() ? "; this run has none yet" : "; there are: " + String.join(", ", names);
    }

    private List<Wanted> byId(ActionContext context) throws IOException {
        List<String> ids = List.of(context.inputs().get("artifact-ids").split("\\s*,\\s*"));
        boolean flat =
                context.inputs().isTrue("merge-multiple") || ids.size() == 1 && context.major() >= SINGLE_ID_IS_FLAT;
        List<Wanted> wanted = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        for (String id : ids) {
            if (!id.matches("\\d{1,18}")) {
                throw ActionFailedException.badInput("Invalid artifact ID: '" + id + "'. Must be a number.", null);
            }
            Artifact found = store.find(Long.parseLong(id));
            if (found == null) {
                missing.add(id);
            } else {
                wanted.add(new Wanted(found, flat));
            }
        }
        if (wanted.isEmpty()) {
            throw ActionFailedException.failed("None of the provided artifact IDs were found", null);
        }
        if (!missing.isEmpty()) {
            context.warning("Could not find the following artifact IDs: " + String.join(", ", missing));
        }
        return wanted;
    }
}
