package dev.runner.step.github;

import dev.runner.expression.Scope;
import dev.runner.expression.Template;
import dev.runner.expression.Value;
import dev.runner.pipeline.Container;
import dev.runner.pipeline.Job;
import dev.runner.pipeline.Service;
import dev.runner.pipeline.TemplateList;
import dev.runner.pipeline.TemplateMap;
import dev.runner.source.NearNames;
import dev.runner.source.Source;
import dev.runner.source.Span;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Containers that an expression gives as a whole when the job starts, checked then as written ones are before.
 *
 * @see <a
 *     href="https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idservices">jobs.&lt;job_id&gt;.services</a>
 */
final class ComputedContainers {
    private static final Set<String> OF_JOBS =
            new TreeSet<>(Set.of("image", "credentials", "env", "ports", "volumes", "options"));
    private static final Set<String> OF_SERVICES = new TreeSet<>(
            Set.of("image", "credentials", "env", "ports", "volumes", "options", "entrypoint", "command"));
    private static final Set<String> ACCOUNT = new TreeSet<>(Set.of("username", "password"));

    private final List<String> faults = new ArrayList<>();

    private ComputedContainers() {}

    /**
     * The same place with everything known.
     *
     * @throws ActionFailedException with every fault of what the expressions give
     */
    static Job.Place known(Job.Place place, Scope scope) {
        Job.Computed computed = place.computed();
        if (computed == null) {
            return place;
        }
        ComputedContainers reader = new ComputedContainers();
        Container container = computed.container() == null
                ? place.container()
                : reader.container("container", computed.container().value(scope), OF_JOBS);
        List<Service> services = computed.services() == null
                ? place.services()
                : reader.services(computed.services().value(scope));
        if (!reader.faults.isEmpty()) {
            throw ActionFailedException.badInput(
                    "what the job computes is no container: " + String.join("; ", reader.faults), null);
        }
        return new Job.Place(container, services);
    }

    private List<Service> services(Value value) {
        List<Service> services = new ArrayList<>();
        if (value instanceof Value.Obj object) {
            object.entries().forEach((name, of) -> {
                Container container = container("services." + name, of, OF_SERVICES);
                if (container != null) {
                    services.add(new Service(name, List.of(), container));
                }
            });
        } else if (value.truthy()) {
            faults.add("services: A mapping was expected");
        }
        return services;
    }

    private @Nullable Container container(String place, Value value, Set<String> known) {
        if (!value.truthy()) {
            return null;
        }
        Value.Obj fields = value instanceof Value.Obj object ? object : new Value.Obj(Map.of("image", value));
        check(place, fields, known);
        Value account = fields.get("credentials");
        Template entrypoint = text(place, "entrypoint", fields);
        Template command = text(place, "command", fields);
        Template image = text(place, "image", fields);
        return new Container(
                image == null ? literal("") : image,
                account == null || account instanceof Value.Null ? null : account(place + ".credentials", account),
                map(place + ".env", fields.get("env")),
                list(place + ".ports", fields.get("ports")),
                list(place + ".volumes", fields.get("volumes")),
                new Container.Start(
                        null,
                        null,
                        null,
                        entrypoint == null ? null : list(entrypoint),
                        command == null ? null : list(command),
                        text(place, "options", fields)),
                nowhere());
    }

    private Container.@Nullable Account account(String place, Value value) {
        if (!(value instanceof Value.Obj fields)) {
            faults.add(place + ": A mapping was expected");
            return null;
        }
        check(place, fields, ACCOUNT);
        Template username = text(place, "username", fields);
        Template password = text(place, "password", fields);
        return new Container.Account(
                username == null ? literal("") : username, password == null ? literal("") : password);
    }

    private void check(String place, Value.Obj fields, Set<String> known) {
        for (String name : fields.keys()) {
            if (!known.contains(name)) {
                String near = NearNames.nearest(name, known);
                faults.add(place + ": Unexpected value '" + name + "'"
                        + (near == null ? "" : ", did you mean '" + near + "'?"));
            }
        }
    }

    private @Nullable Template text(String place, String name, Value.Obj fields) {
        Value value = fields.get(name);
        if (value == null || value instanceof Value.Null) {
            return null;
        }
        if (!value.primitive()) {
            faults.add(place + "." + name + ": A text was expected");
            return null;
        }
        return literal(value.text());
    }

    private TemplateMap map(String place, @Nullable Value value) {
        Map<String, Template> entries = new LinkedHashMap<>();
        if (value instanceof Value.Obj object) {
            object.keys().forEach(name -> {
                Template text = text(place, name, object);
                entries.put(name, text == null ? literal("") : text);
            });
        } else if (value != null && value.truthy()) {
            faults.add(place + ": A mapping was expected");
        }
        return new TemplateMap(entries);
    }

    private TemplateList list(String place, @Nullable Value value) {
        if (value == null || !value.truthy()) {
            return TemplateList.empty(nowhere());
        }
        if (value instanceof Value.Arr(List<Value> items) && items.stream().allMatch(Value::primitive)) {
            return list(items.stream().map(item -> literal(item.text())).toArray(Template[]::new));
        }
        faults.add(place + ": A sequence of texts was expected");
        return TemplateList.empty(nowhere());
    }

    private static TemplateList list(Template... items) {
        return new TemplateList(List.of(items), nowhere());
    }

    private static Template literal(String text) {
        return Template.literal(text, nowhere());
    }

    /** Nobody has written it. */
    private static Span nowhere() {
        return Source.of("computed", "").all();
    }
}
