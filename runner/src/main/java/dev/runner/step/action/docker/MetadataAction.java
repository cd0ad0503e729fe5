package dev.runner.step.action.docker;

import dev.runner.checkout.Commit;
import dev.runner.expression.Value;
import dev.runner.step.action.input.Contract;
import dev.runner.step.action.input.ContractedAction;
import dev.runner.step.action.input.ListInput;
import dev.runner.step.action.input.Payload;
import dev.runner.step.action.metadata.Metadata;
import dev.runner.step.action.metadata.Metadata.BakePart;
import dev.runner.step.action.metadata.MetadataException;
import dev.runner.step.action.metadata.MetadataInputs;
import dev.runner.step.action.metadata.Occasion;
import dev.runner.step.github.ActionContext;
import dev.runner.step.github.ActionFailedException;
import dev.runner.step.github.ActionInputs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tags, labels and annotations for an image. What the published action asks GitHub's API for (description, license, default
 * branch), this one reads from the event's payload.
 *
 * @see <a href="https://github.com/docker/metadata-action#readme">docker/metadata-action</a>
 */
public final class MetadataAction extends ContractedAction {
    private static final int SHORT_SHA = 7;

    public MetadataAction() {
        super(Contract.named("docker/metadata-action", 2, 6)
                .inputs("images", "tags", "flavor", "labels", "sep-tags", "sep-labels", "bake-target")
                .input("github-token", "${{ github.token }}")
                .outputs("version", "tags", "labels")
                .from(3)
                .outputs("bake-file")
                .from(4)
                .input("context", "workflow")
                .outputs("json")
                .from(5)
                .inputs("annotations", "sep-annotations")
                .outputs("tag-names", "annotations", "bake-file-tags", "bake-file-labels", "bake-file-annotations")
                .build());
    }

    @Override
    public void main(ActionContext context) throws IOException {
        Occasion occasion = occasion(context);
        context.group("Context info");
        context.info("eventName: " + occasion.event());
        context.info("sha: " + occasion.commit().sha());
        context.info("ref: " + occasion.commit().ref());
        context.info("commitDate: " + occasion.commit().date());
        context.endGroup();
        try {
            publish(Metadata.of(inputs(context.inputs()), occasion, context::warning), context);
        } catch (MetadataException e) {
            throw ActionFailedException.badInput(String.valueOf(e.getMessage()), null);
        }
    }

    private static MetadataInputs inputs(ActionInputs inputs) {
        return new MetadataInputs(
                ListInput.uncommented(inputs.raw("images")),
                ListInput.uncommented(inputs.raw("tags")),
                ListInput.uncommented(inputs.raw("flavor")),
                ListInput.uncommented(inputs.raw("labels")),
                ListInput.uncommented(inputs.raw("annotations")));
    }

    private static void publish(Metadata metadata, ActionContext context) throws IOException {
        Outputs outputs = new Outputs(context);
        List<String> levels = List.of(outputs.setting("DOCKER_METADATA_ANNOTATIONS_LEVELS", "manifest")
                .split(","));
        if (metadata.version().isEmpty()) {
            context.warning("No Docker image version has been generated. Check tags input.");
        }
        outputs.lines("Docker image version", "version", "\n", List.of(metadata.version()));
        if (metadata.tags().isEmpty()) {
            context.warning("No Docker tag has been generated. Check tags input.");
        }
        outputs.lines("Docker tags", "tags", outputs.separator("sep-tags"), metadata.tags());
        outputs.set("tag-names", String.join(outputs.separator("sep-tags"), metadata.tagNames()));
        outputs.lines("Docker labels", "labels", outputs.separator("sep-labels"), metadata.labels());
        outputs.lines("Annotations", "annotations", outputs.separator("sep-annotations"), metadata.annotations(levels));
        outputs.set("json", metadata.json(levels));
        for (BakePart part : List.of(BakePart.TAGS, BakePart.LABELS, BakePart.ANNOTATIONS)) {
            String word = part.name().toLowerCase(Locale.ROOT);
            outputs.bakeFile("-" + word, metadata, part, levels);
        }
        outputs.bakeFile("", metadata, BakePart.TAGS_AND_LABELS, levels);
    }

    /** Sets outputs, and the variables that tell the same to builds. */
    private static final class Outputs {
        private final ActionContext context;
        private final boolean variables;
        private @Nullable Path folder;

        Outputs(ActionContext context) {
            this.context = context;
            this.variables = !List.of("false", "f", "0", "no", "n")
                    .contains(setting("DOCKER_METADATA_SET_OUTPUT_ENV", "true").toLowerCase(Locale.ROOT));
        }

        String setting(String variable, String otherwise) {
            String value = context.environment().getOrDefault(variable, "");
            return value.isEmpty() ? otherwise : value;
        }

        String separator(String input) {
            String written = context.inputs().raw(input);
            return written.isEmpty() ? "\n" : written;
        }

        void lines(String title, String name, String separator, List<String> lines) {
            context.group(title);
            lines.forEach(context::info);
            context.endGroup();
            set(name, String.join(separator, lines));
        }

        void set(String name, String value) {
            context.setOutput(name, value);
            if (variables) {
                String variable = name.replaceAll("\\W", "_").toUpperCase(Locale.ROOT);
                context.exportVariable("DOCKER_METADATA_OUTPUT_" + variable, value);
            }
        }

        void bakeFile(String suffix, Metadata metadata, BakePart part, List<String> levels) throws IOException {
            if (folder == null) {
                folder = Files.createTempDirectory(context.temporary(), "docker-actions-toolkit-");
            }
            String written = context.inputs().get("bake-target");
            String target = written.isEmpty() ? "docker-metadata-action" : written;
            Path file = folder.resolve("docker-metadata-action-bake" + suffix + ".json");
            Files.writeString(file, metadata.bakeFile(target, part, levels));
            set("bake-file" + suffix, context.inside(file));
        }
    }

    private static Occasion occasion(ActionContext context) {
        Payload payload = Payload.of(context);
        String event = context.github("event_name");
        String baseRef = payload.text("base_ref");
        Occasion.Commit commit = commit(context, payload, event);
        return new Occasion(
                commit,
                event,
                baseRef.isEmpty() || commit.ref().startsWith("refs/pull/")
                        ? payload.text("pull_request", "base", "ref")
                        : baseRef,
                repository(context, payload),
                Instant.now());
    }

    private static Occasion.Commit commit(ActionContext context, Payload payload, String event) {
        String source = context.inputs().get("context");
        String ref = context.github("ref");
        String sha = context.github("sha");
        switch (source) {
            case "git" -> {
                Commit head = context.tools().checkout().head(context.workspace());
                if (head == null) {
                    throw ActionFailedException.failed(
                            "there is no Git repository in the workspace, and 'context' is git",
                            "put actions/checkout before this step");
                }
                sha = head.sha().replaceFirst("-dirty$", "");
                ref = ref(head, ref);
            }
            case "", "workflow" -> {
                if (event.contains("pull_request_target")) {
                    ref = "refs/pull/" + payload.text("number") + "/merge";
                }
                String head = payload.text("pull_request", "head", "sha");
                boolean wanted = context.environment()
                        .getOrDefault("DOCKER_METADATA_PR_HEAD_SHA", "")
                        .toLowerCase(Locale.ROOT)
                        .contains("true");
                if (wanted && event.contains("pull_request") && !head.isEmpty()) {
                    sha = head;
                }
            }
            default -> throw ActionFailedException.badInput("Invalid context source: " + source, null);
        }
        return new Occasion.Commit(ref, sha, shortLength(context), date(context, payload, sha));
    }

    private static String ref(Commit head, String otherwise) {
        if (head.branch() != null) {
            return "refs/heads/" + head.branch();
        }
        return head.tag() == null ? otherwise : "refs/tags/" + head.tag();
    }

    private static int shortLength(ActionContext context) {
        String written = context.environment().getOrDefault("DOCKER_METADATA_SHORT_SHA_LENGTH", "");
        if (written.isBlank()) {
            return SHORT_SHA;
        }
        if (!written.strip().matches("\\d{1,3}")) {
            throw ActionFailedException.badInput(
                    "DOCKER_METADATA_SHORT_SHA_LENGTH is not a valid number: " + written, null);
        }
        return Integer.parseInt(written.strip());
    }

    /** When the commit was made, by the payload or a repository that has it; now when neither knows. */
    private static Instant date(ActionContext context, Payload payload, String sha) {
        List<Value> commits = payload.value("commits") instanceof Value.Arr all ? all.items() : List.of();
        Value head = payload.value("head_commit");
        Stream<Value> told = Stream.concat(commits.stream(), Stream.ofNullable(head));
        return told.map(commit -> time(commit, sha))
                .filter(Objects::nonNull)
                .findFirst()
                .or(() -> Stream.of(
                                context.workspace(), context.tools().services().repository())
                        .map(context.tools().checkout()::head)
                        .filter(commit -> commit != null && commit.sha().startsWith(sha))
                        .map(commit -> commit.time().toInstant())
                        .findFirst())
                .orElseGet(Instant::now);
    }

    private static @Nullable Instant time(Value commit, String sha) {
        if (!(commit instanceof Value.Obj object)
                || !(object.get("id") instanceof Value id && id.text().equals(sha))) {
            return null;
        }
        Value time = object.get("timestamp");
        try {
            return time == null ? null : OffsetDateTime.parse(time.text()).toInstant();
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static Occasion.Repository repository(ActionContext context, Payload payload) {
        String full = context.github("repository");
        String name = payload.text("repository", "name");
        String url = payload.text("repository", "html_url");
        return new Occasion.Repository(
                name.isEmpty() ? full.substring(full.indexOf('/') + 1) : name,
                payload.text("repository", "description"),
                url.isEmpty() ? context.github("server_url") + "/" + full : url,
                payload.text("repository", "default_branch"),
                payload.text("repository", "license", "spdx_id"));
    }
}
