package dev.runner.frontend.gitlab;

import dev.runner.expression.Template;
import dev.runner.pipeline.Container;
import dev.runner.pipeline.Job;
import dev.runner.pipeline.Service;
import dev.runner.pipeline.TemplateList;
import dev.runner.pipeline.TemplateMap;
import dev.runner.source.Span;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code image} and {@code services}. Variables in them are replaced when the job starts. */
final class Places {
    private Places() {}

    static Job.Place of(Node.Fields job, Variables variables) {
        Node image = job.present("image");
        List<Service> services = new ArrayList<>();
        if (job.present("services") instanceof Node.Items(Span _, List<Node> items)) {
            for (Node one : Rules.flat(items)) {
                services.add(service(one, services.size()));
            }
        }
        Container container = image == null ? null : container(image, Map.of());
        if (container != null) {
            variables.put("CI_JOB_IMAGE", container.image().source());
        }
        return container == null && services.isEmpty() ? Job.Place.HOST : new Job.Place(container, services);
    }

    private static Service service(Node node, int index) {
        Node.Fields fields = node instanceof Node.Fields entry ? entry : null;
        String image = fields == null ? Node.textOf(node) : Node.textOf(fields.get("name"));
        String name = image == null ? "" : image;
        Map<String, Template> environment = new LinkedHashMap<>();
        if (fields != null && fields.present("variables") instanceof Node.Fields own) {
            own.fields().forEach((key, field) -> {
                Node value = field.value() instanceof Node.Fields details ? details.get("value") : field.value();
                String text = value instanceof Node.Scalar scalar ? scalar.text() : "";
                environment.put(key, Template.literal(text, field.key()));
            });
        }
        String given = fields == null ? null : Node.textOf(fields.present("alias"));
        List<String> names = new ArrayList<>(given == null ? List.of() : List.of(given.split("[,\\s]+")));
        names.addAll(hostNames(name));
        return new Service("service-" + index, names, container(node, environment));
    }

    /** Of {@code registry:5000/group/name:1}: {@code registry-group-name} and {@code registry__group__name}. */
    static List<String> hostNames(String image) {
        String bare =
                image.replaceFirst("@.*$", "").replaceFirst(":[^/:]*$", "").replaceFirst("^([^/]+):\\d+/", "$1/");
        if (bare.isEmpty()) {
            return List.of();
        }
        String underscores = bare.replace("/", "__");
        String hyphens = bare.replace("/", "-");
        return underscores.equals(hyphens) ? List.of(hyphens) : List.of(underscores, hyphens);
    }

    private static Container container(Node node, Map<String, Template> environment) {
        Span span = node.span();
        Node.Fields fields = node instanceof Node.Fields entry ? entry : null;
        String name = fields == null ? Node.textOf(node) : Node.textOf(fields.get("name"));
        Node.Fields docker = fields != null && fields.present("docker") instanceof Node.Fields inner ? inner : null;
        List<String> pulls = fields == null ? List.of() : Node.texts(fields.get("pull_policy"));
        String pull = pulls.isEmpty() ? null : pulls.getFirst().equals("if-not-present") ? "missing" : pulls.getFirst();
        return new Container(
                Template.literal(name == null ? "" : name, span),
                null,
                new TemplateMap(environment),
                TemplateList.empty(span),
                TemplateList.empty(span),
                new Container.Start(
                        docker == null ? null : template(docker.present("platform")),
                        docker == null ? null : template(docker.present("user")),
                        pull == null ? null : Template.literal(pull, span),
                        fields == null ? null : list(fields.present("entrypoint")),
                        fields == null ? null : list(fields.present("command")),
                        null),
                span);
    }

    private static @Nullable Template template(@Nullable Node node) {
        String text = Node.textOf(node);
        return node == null || text == null ? null : Template.literal(text, node.span());
    }

    private static @Nullable TemplateList list(@Nullable Node node) {
        if (node == null) {
            return null;
        }
        List<Template> items = Node.texts(node).stream()
                .map(text -> Template.literal(text, node.span()))
                .toList();
        return new TemplateList(items, node.span());
    }
}
