package dev.runner.frontend.nativeyaml;

import dev.runner.expression.Template;
import dev.runner.pipeline.Step;
import dev.runner.pipeline.TemplateList;
import dev.runner.source.Diagnostics;
import dev.runner.source.YamlNode;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One entry of {@code steps}. */
final class StepReader {
    private static final List<String> COMMON = List.of("id", "name", "if", "env", "timeout", "continue-on-error");
    private static final List<String> ACTIONS = List.of("checkout", "binfmt", "login", "build", "publish", "run");
    private static final List<String> RUN_ONLY = List.of("shell", "working-directory");
    private static final List<String> KEYS =
            Stream.of(COMMON, ACTIONS, RUN_ONLY).flatMap(List::stream).toList();
    private static final List<String> CHECKOUT = List.of(
            "repository",
            "ref",
            "depth",
            "tags",
            "submodules",
            "sparse",
            "persist-credentials",
            "dirty",
            "path",
            "username",
            "token",
            "ssh-key");

    private final Settings settings;
    private final Diagnostics diagnostics;
    private final Literals literals;
    private final Place place;
    private final Place condition;

    StepReader(Settings settings, String job, int index) {
        this.settings = settings;
        this.diagnostics = settings.diagnostics();
        this.literals = new Literals(diagnostics);
        this.place = Place.step(job, index);
        this.condition = Place.stepCondition(job, index);
    }

    /** The step, or null when it does nothing that is known. */
    @Nullable
    Step read(YamlNode node) {
        if (!(node instanceof YamlNode.Mapping)) {
            String remedy = "write it as '- run: …' or with another of " + String.join(", ", ACTIONS);
            diagnostics.error(node.span(), "a step must be a mapping, found " + Kinds.of(node), remedy);
            return null;
        }
        Fields fields = Fields.known(node, "a step", KEYS, diagnostics);
        Step.Head head = head(fields, node);
        Fields.Field action = action(fields, node);
        if (action == null) {
            return null;
        }
        rejectRunOnly(fields, action);
        return switch (action.key()) {
            case "checkout" -> checkout(head, action.value());
            case "binfmt" -> binfmt(head, action.value());
            case "login" -> login(head, action.value());
            case "build" -> new BuildReader(settings, literals, place).read(head, action.value());
            case "publish" -> publish(head, action.value());
            case "run" -> run(head, fields);
            default -> throw new IllegalStateException(action.key());
        };
    }

    private Step.Head head(Fields fields, YamlNode node) {
        YamlNode idNode = fields.get("id");
        String id = idNode == null ? null : settings.plainText(idNode, "'id'");
        if (id != null && idNode != null && !Settings.NAME.matcher(id).matches()) {
            diagnostics.error(
                    idNode.span(),
                    "'" + id + "' cannot be the id of a step",
                    "an id is a letter or '_', then letters, digits, hyphens and '_'");
            id = null;
        }
        return new Step.Head(
                id,
                settings.optionalText(fields, "name", place),
                settings.condition(fields, condition),
                settings.map(fields, "env", Settings.VARIABLE_NAME, place),
                settings.timeLimit(fields, place),
                settings.flag(fields, "continue-on-error", false, place),
                node.span());
    }

    private Fields.@Nullable Field action(Fields fields, YamlNode node) {
        List<Fields.Field> actions = fields.all().stream()
                .filter(field -> ACTIONS.contains(field.key()))
                .toList();
        if (actions.size() == 1) {
            return actions.getFirst();
        }
        if (actions.isEmpty()) {
            boolean suspected = fields.all().stream().anyMatch(field -> !KEYS.contains(field.key()));
            if (!suspected) {
                diagnostics.error(
                        firstLine(node), "this step does nothing", "add one of " + String.join(", ", ACTIONS));
            }
            return null;
        }
        for (Fields.Field more : actions.subList(1, actions.size())) {
            diagnostics.error(
                    more.keySpan(),
                    "a step does one thing, and this one has '"
                            + actions.getFirst().key() + "' already",
                    "make '" + more.key() + "' a step of its own");
        }
        return actions.getFirst();
    }

    private static dev.runner.source.Span firstLine(YamlNode node) {
        int end = node.span().text().indexOf('\n');
        return end < 0 ? node.span() : node.span().part(0, end);
    }

    private void rejectRunOnly(Fields fields, Fields.Field action) {
        for (String key : RUN_ONLY) {
            Fields.Field field = fields.field(key);
            if (field != null && !action.key().equals("run")) {
                diagnostics.error(field.keySpan(), "'" + key + "' belongs to 'run' steps only", "remove it");
            }
        }
    }

    private Step checkout(Step.Head head, YamlNode node) {
        Fields fields = Fields.known(node, "'checkout'", CHECKOUT, diagnostics);
        Template submodules = settings.optionalText(fields, "submodules", place);
        literals.oneOf(submodules, "submodules", List.of("true", "false", "recursive"));
        var history = new Step.Checkout.History(
                settings.count(fields, "depth", 0, Integer.MAX_VALUE, 1, place),
                settings.flag(fields, "tags", true, place));
        var files = new Step.Checkout.Files(
                submodules,
                settings.list(fields, "sparse", place, _ -> {}),
                settings.flag(fields, "dirty", false, place),
                settings.optionalText(fields, "path", place),
                null);
        var access = new Step.Checkout.Access(
                settings.flag(fields, "persist-credentials", false, place),
                settings.optionalText(fields, "username", place),
                settings.optionalText(fields, "token", place),
                settings.optionalText(fields, "ssh-key", place));
        Template repository = settings.optionalText(fields, "repository", place);
        return new Step.Checkout(head, repository, settings.optionalText(fields, "ref", place), history, files, access);
    }

    private Step binfmt(Step.Head head, YamlNode node) {
        Fields fields = Fields.known(node, "'binfmt'", List.of("platforms", "reset", "install"), diagnostics);
        return new Step.Binfmt(
                head,
                settings.list(fields, "platforms", place, literals::platforms),
                settings.flag(fields, "reset", false, place),
                settings.flag(fields, "install", false, place));
    }

    private Step login(Step.Head head, YamlNode node) {
        Fields fields = Fields.known(node, "'login'", List.of("registry", "username", "password"), diagnostics);
        Template registry = settings.optionalText(fields, "registry", place);
        if (registry != null && registry.isLiteral()) {
            literals.registry(registry);
        }
        String remedy = "add password: ${{ secrets.NAME }} and declare the secret at the top";
        Template username = settings.requiredText(fields, "username", "'login'", "add username: NAME", place);
        Template password = settings.requiredText(fields, "password", "'login'", remedy, place);
        if (password.isLiteral() && !password.source().isEmpty()) {
            diagnostics.warning(password.span(), "a password stands in the file", "write ${{ secrets.NAME }} instead");
        }
        return new Step.Login(head, registry, username, password);
    }

    private Step publish(Step.Head head, YamlNode node) {
        Fields fields = Fields.known(node, "'publish'", List.of("image", "to", "tags"), diagnostics);
        String remedy = "name an image, as in image: ${{ steps.ID.outputs.digest }}";
        Template image = settings.requiredText(fields, "image", "'publish'", remedy, place);
        if (image.isLiteral() && !image.source().isBlank()) {
            literals.image(image);
        }
        YamlNode to = fields.require("to", "'publish'", "name one or several repositories");
        YamlNode tags = fields.require("tags", "'publish'", "add tags: [sha, latest] or others");
        return new Step.Publish(
                head,
                image,
                several(to, "to", fields, literals::repository),
                several(tags, "tags", fields, literals::tagRule));
    }

    /** A list that must not be empty; what is absent has been reported. */
    private TemplateList several(
            @Nullable YamlNode node, String key, Fields fields, java.util.function.Consumer<Template> check) {
        if (node == null) {
            return TemplateList.empty(fields.span());
        }
        TemplateList list = settings.list(node, key, place, check);
        if (node instanceof YamlNode.Sequence && list.isEmpty()) {
            diagnostics.error(node.span(), "'" + key + "' is empty", "write at least one");
        }
        return list;
    }

    private Step run(Step.Head head, Fields fields) {
        Template script = settings.requiredText(fields, "run", "a step", "write the commands to run", place);
        Template shell = settings.optionalText(fields, "shell", place);
        if (shell != null && shell.isLiteral() && shell.source().isBlank()) {
            diagnostics.error(shell.span(), "'shell' is empty", "write bash, sh, python or pwsh");
        }
        return new Step.Run(head, script, shell, settings.optionalText(fields, "working-directory", place));
    }
}
