package dev.runner.frontend.nativeyaml;

import dev.runner.expression.Value;
import dev.runner.oci.Platform;
import dev.runner.pipeline.Export;
import dev.runner.pipeline.Job;
import dev.runner.source.Diagnostics;
import dev.runner.source.Span;
import dev.runner.source.YamlNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code on} and {@code export}: what only other systems must be told of a pipeline. */
final class ExportReader {
    private static final String COMMAND = "runner";

    private final Settings settings;
    private final Diagnostics diagnostics;
    private final List<String> jobs;

    ExportReader(Settings settings, List<Job> jobs) {
        this.settings = settings;
        this.diagnostics = settings.diagnostics();
        this.jobs = jobs.stream().map(Job::id).toList();
    }

    Export read(Fields pipeline) {
        YamlNode node = pipeline.get("export");
        Fields fields = node == null
                ? null
                : Fields.known(node, "'export'", List.of("runner", "whole", "github", "gitlab"), diagnostics);
        YamlNode command = fields == null ? null : fields.get("runner");
        String called = command == null ? COMMAND : settings.plainText(command, "'runner'");
        Set<String> whole = new LinkedHashSet<>();
        boolean together = fields != null && whole(fields, whole);
        return new Export(
                triggers(pipeline),
                called == null ? COMMAND : called,
                whole,
                together,
                target(pipeline, fields, "github"),
                target(pipeline, fields, "gitlab"));
    }

    /** Reads {@code whole: [JOB]}; {@code whole: true} is all in one job. */
    private boolean whole(Fields fields, Set<String> into) {
        YamlNode node = fields.get("whole");
        if (node instanceof YamlNode.Scalar scalar && Scalars.resolve(scalar) instanceof Value.Bool(boolean truth)) {
            return truth;
        }
        if (node != null) {
            for (String job : texts(node, "whole")) {
                if (!jobs.contains(job)) {
                    diagnostics.unknown(node.span(), "job", job, jobs);
                }
                into.add(job);
            }
        }
        return false;
    }

    private Export.Triggers triggers(Fields pipeline) {
        YamlNode node = pipeline.get("on");
        if (node == null) {
            return new Export.Triggers(new Export.Push(null, null), null, List.of(), true, pipeline.span());
        }
        Fields fields = Fields.known(node, "'on'", List.of("push", "pull-request", "schedule", "manual"), diagnostics);
        List<String> pulls = null;
        if (fields.has("pull-request")) {
            List<String> branches = patterns(fields, "pull-request", "branches");
            pulls = branches == null ? List.of() : branches;
        }
        YamlNode schedule = fields.get("schedule");
        List<String> times = schedule == null ? List.of() : texts(schedule, "schedule");
        for (String time : times) {
            if (time.strip().split("\\s+").length != 5) {
                diagnostics.error(
                        node.span().part(0, 0),
                        "'" + time + "' is no time of crontab",
                        "write minute, hour, day, month and day of the week: '17 3 * * 1'");
            }
        }
        Export.Push push = fields.has("push")
                ? new Export.Push(patterns(fields, "push", "branches"), patterns(fields, "push", "tags"))
                : null;
        boolean manual = fields.has("manual");
        if (push == null && pulls == null && times.isEmpty() && !manual) {
            diagnostics.error(node.span(), "'on' names nothing that starts a run", "add push: or manual:");
        }
        return new Export.Triggers(push, pulls, times, manual, node.span());
    }

    private @Nullable List<String> patterns(Fields fields, String event, String key) {
        YamlNode node = fields.get(event);
        if (node == null) {
            return null;
        }
        List<String> keys = event.equals("push") ? List.of("branches", "tags") : List.of("branches");
        // Both lists of one mapping are read; it is checked with the first.
        Fields options = key.equals("branches")
                ? Fields.known(node, "'" + event + "'", keys, diagnostics)
                : Fields.open(node, "'" + event + "'", new Diagnostics());
        YamlNode list = options.get(key);
        return list == null ? null : texts(list, key);
    }

    private List<String> texts(YamlNode node, String what) {
        List<YamlNode> items = node instanceof YamlNode.Sequence sequence ? sequence.items() : List.of(node);
        List<String> texts = new ArrayList<>();
        for (YamlNode item : items) {
            String text = settings.plainText(item, "an item of '" + what + "'");
            if (text != null) {
                texts.add(text);
            }
        }
        return texts;
    }

    private Export.Target target(Fields pipeline, @Nullable Fields export, String system) {
        YamlNode node = export == null ? null : export.get(system);
        Span span = node == null ? pipeline.span() : node.span();
        if (node == null) {
            return new Export.Target(null, Map.of(), List.of(), Map.of(), Map.of(), span);
        }
        Fields fields = Fields.known(
                node, "'" + system + "'", List.of("file", "machines", "setup", "top", "jobs"), diagnostics);
        YamlNode file = fields.get("file");
        YamlNode setup = fields.get("setup");
        List<Value> steps = new ArrayList<>();
        if (setup instanceof YamlNode.Sequence sequence) {
            sequence.items().forEach(item -> steps.add(value(item)));
        } else if (setup != null) {
            diagnostics.error(setup.span(), "'setup' must be a list, found " + Kinds.of(setup));
        }
        return new Export.Target(
                file == null ? null : settings.plainText(file, "'file'"),
                machines(fields),
                steps,
                entries(fields.get("top"), "top"),
                jobs(fields),
                span);
    }

    private Map<String, String> machines(Fields fields) {
        Map<String, String> machines = new LinkedHashMap<>();
        YamlNode node = fields.get("machines");
        if (node != null) {
            for (Fields.Field field :
                    Fields.open(node, "'machines'", diagnostics).all()) {
                Platform platform = Platform.tryParse(field.key());
                String label = settings.plainText(field.value(), "'" + field.key() + "'");
                if (platform == null) {
                    diagnostics.error(
                            field.keySpan(), "'" + field.key() + "' is not a platform", "write it as linux/arm64");
                } else if (label != null) {
                    machines.put(platform.normalized().toString(), label);
                }
            }
        }
        return machines;
    }

    private Map<String, Map<String, Value>> jobs(Fields fields) {
        Map<String, Map<String, Value>> all = new LinkedHashMap<>();
        YamlNode node = fields.get("jobs");
        if (node != null) {
            for (Fields.Field field : Fields.open(node, "'jobs'", diagnostics).all()) {
                if (!jobs.contains(field.key())) {
                    diagnostics.unknown(field.keySpan(), "job", field.key(), jobs);
                }
                all.put(field.key(), entries(field.value(), field.key()));
            }
        }
        return all;
    }

    private Map<String, Value> entries(@Nullable YamlNode node, String what) {
        Map<String, Value> all = new LinkedHashMap<>();
        if (node != null) {
            Fields.open(node, "'" + what + "'", diagnostics)
                    .all()
                    .forEach(field -> all.put(field.key(), value(field.value())));
        }
        return all;
    }

    /** What is written for another system is not read here, but taken as it is. */
    private Value value(YamlNode node) {
        return switch (node) {
            case YamlNode.Scalar scalar -> Scalars.resolve(scalar);
            case YamlNode.Sequence sequence ->
                Value.of(sequence.items().stream().map(this::value).toList());
            case YamlNode.Mapping mapping -> new Value.Obj(entries(mapping, "export"));
        };
    }
}
