package dev.runner.frontend.nativeyaml;

import dev.runner.expression.NamedReference;
import dev.runner.expression.Template;
import dev.runner.pipeline.Belongings;
import dev.runner.pipeline.Export;
import dev.runner.pipeline.Job;
import dev.runner.pipeline.NameUse;
import dev.runner.pipeline.Pipeline;
import dev.runner.pipeline.Pipeline.EmbeddedRegistry;
import dev.runner.pipeline.Pipeline.SecretName;
import dev.runner.pipeline.Pipeline.Variable;
import dev.runner.pipeline.TemplateList;
import dev.runner.source.Diagnostics;
import dev.runner.source.YamlNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The top of a pipeline file. */
final class PipelineReader {
    private static final List<String> KEYS = List.of(
            "name",
            "on",
            "variables",
            "secrets",
            "platforms",
            "registry",
            "engine",
            "builder",
            "env",
            "jobs",
            "export");

    private final Diagnostics diagnostics = new Diagnostics();
    private final Settings settings = new Settings(diagnostics);

    /** Reads all, checks what spans the whole, and throws if anything was wrong. */
    NativePipelines.Reading read(YamlNode root, String fileName) {
        Fields fields = Fields.known(root, "a pipeline", KEYS, diagnostics);
        YamlNode nameNode = fields.get("name");
        String name = nameNode == null ? null : settings.plainText(nameNode, "'name'");
        var declarations =
                new Pipeline.Declarations(variables(fields), secrets(fields), platforms(fields), registry(fields));
        var env = settings.map(fields, "env", Settings.VARIABLE_NAME, Place.ENVIRONMENT);
        settings.buildWith(new EngineReader(settings, Place.ENVIRONMENT).read(fields));
        List<Job> jobs = withSources(jobs(fields, root));
        Export export = new ExportReader(settings, jobs).read(fields);
        NeedsCheck.check(jobs, diagnostics);
        new NameCheck(declarations, jobs, diagnostics).check(settings.uses());
        diagnostics.throwIfErrors();
        Pipeline pipeline = new Pipeline(
                name == null ? fileName : name,
                Pipeline.Dialect.NATIVE,
                declarations,
                env,
                jobs,
                root.span().source().all());
        return new NativePipelines.Reading(pipeline, uses(), export);
    }

    /** A job gets the artifacts of the jobs that it needs. */
    private static List<Job> withSources(List<Job> jobs) {
        Set<String> keeping = jobs.stream()
                .filter(job -> job.belongings().artifacts() != null)
                .map(Job::id)
                .collect(Collectors.toSet());
        return jobs.stream()
                .map(job -> {
                    List<Belongings.Source> sources = job.needs().stream()
                            .filter(need -> keeping.contains(need.job()))
                            .map(need -> new Belongings.Source(need.job(), true, null))
                            .toList();
                    return sources.isEmpty() ? job : job.withWork(job.work().withSources(sources));
                })
                .toList();
    }

    private List<NameUse> uses() {
        List<NameUse> all = new ArrayList<>();
        for (Settings.Use use : settings.uses()) {
            for (NamedReference reference : use.expression().references()) {
                all.add(new NameUse(use.place().job(), use.place().step(), reference));
            }
        }
        return all;
    }

    private List<Variable> variables(Fields fields) {
        YamlNode node = fields.get("variables");
        List<Variable> variables = new ArrayList<>();
        if (node != null) {
            for (Fields.Field field :
                    Fields.open(node, "'variables'", diagnostics).all()) {
                settings.name(field, Settings.NAME, "variables");
                boolean given = !Scalars.isNull(field.value());
                var value = given
                        ? settings.text(field.value(), "'" + field.key() + "'", Place.variable(variables.size()))
                        : null;
                variables.add(new Variable(field.key(), value, field.keySpan()));
            }
        }
        return variables;
    }

    /** A list of names, or a mapping of names to {@code {optional: true}} or {@code {generate: true}}. */
    private List<SecretName> secrets(Fields fields) {
        YamlNode node = fields.get("secrets");
        List<SecretName> secrets = new ArrayList<>();
        switch (node) {
            case null -> {}
            case YamlNode.Sequence sequence -> sequence.items().forEach(item -> addSecret(item, secrets));
            case YamlNode.Mapping mapping -> {
                for (Fields.Field field :
                        Fields.open(mapping, "'secrets'", diagnostics).all()) {
                    settings.name(field, Settings.VARIABLE_NAME, "secrets");
                    secrets.add(new SecretName(field.key(), absence(field), field.keySpan()));
                }
            }
            case YamlNode.Scalar scalar ->
                diagnostics.error(
                        scalar.span(), "'secrets' must be a list of names, found " + Kinds.of(scalar), "write [NAME]");
        }
        return secrets;
    }

    private void addSecret(YamlNode item, List<SecretName> secrets) {
        String name = settings.plainText(item, "the name of a secret");
        if (name == null) {
            return;
        }
        if (!Settings.VARIABLE_NAME.matcher(name).matches()) {
            diagnostics.error(
                    item.span(),
                    "'" + name + "' cannot be the name of a secret",
                    "a name is a letter or '_', then letters, digits and '_'");
        } else if (secrets.stream().anyMatch(secret -> secret.name().equals(name))) {
            diagnostics.error(item.span(), "the secret '" + name + "' is here twice", "remove one of them");
        } else {
            secrets.add(new SecretName(name, SecretName.Absence.FAULT, item.span()));
        }
    }

    private SecretName.Absence absence(Fields.Field field) {
        Fields options = Fields.known(
                field.value(),
                "the secret '" + field.key() + "'",
                List.of("optional", "generate", "description"),
                diagnostics);
        YamlNode description = options.get("description");
        if (description != null) {
            settings.plainText(description, "'description'");
        }
        boolean optional = plainFlag(options, "optional");
        boolean generate = plainFlag(options, "generate");
        if (optional && generate) {
            diagnostics.error(
                    field.keySpan(),
                    "the secret '" + field.key() + "' is both optional and generated",
                    "a generated secret is never missing: remove 'optional'");
        }
        if (generate) {
            return SecretName.Absence.GENERATED;
        }
        return optional ? SecretName.Absence.EMPTY : SecretName.Absence.FAULT;
    }

    /** True or false as it stands; what is declared must be known before anything is evaluated. */
    private boolean plainFlag(Fields options, String key) {
        var flag = settings.flag(options, key, false, Place.PLATFORMS);
        if (flag.written() != null && !flag.written().isLiteral()) {
            diagnostics.error(flag.written().span(), "'" + key + "' must be true or false, not an expression");
        }
        return flag.written() != null && flag.written().source().equals("true");
    }

    private TemplateList platforms(Fields fields) {
        return settings.list(fields, "platforms", Place.PLATFORMS, new Literals(diagnostics)::platforms);
    }

    /** {@code registry: embedded}, or a mapping with address, port, username and password. */
    private @Nullable EmbeddedRegistry registry(Fields fields) {
        YamlNode node = fields.get("registry");
        if (node == null) {
            return null;
        }
        var usual = new EmbeddedRegistry(
                EmbeddedRegistry.DEFAULT_ADDRESS, EmbeddedRegistry.DEFAULT_PORT, null, node.span());
        if (node instanceof YamlNode.Mapping) {
            Fields options =
                    Fields.known(node, "'registry'", List.of("address", "port", "username", "password"), diagnostics);
            YamlNode addressNode = options.get("address");
            String address = addressNode == null ? usual.address() : settings.plainText(addressNode, "'address'");
            var port = settings.count(options, "port", 0, 65535, EmbeddedRegistry.DEFAULT_PORT, Place.PLATFORMS);
            if (port.written() != null && !port.written().isLiteral()) {
                diagnostics.error(port.written().span(), "'port' must be a number, not an expression");
            }
            int number = port.written() != null && port.written().source().matches("\\d{1,5}")
                    ? Math.min(65535, Integer.parseInt(port.written().source()))
                    : usual.port();
            return new EmbeddedRegistry(
                    address == null ? usual.address() : address, number, account(options), node.span());
        }
        String word = settings.plainText(node, "'registry'");
        if (word != null && !word.equals("embedded")) {
            diagnostics.error(
                    node.span(),
                    "'registry' is 'embedded' or a mapping with address, port, username and password",
                    "registries to push to are named in 'login' and 'publish'");
        }
        return usual;
    }

    private EmbeddedRegistry.@Nullable Account account(Fields options) {
        YamlNode username = options.get("username");
        YamlNode password = options.get("password");
        if (username == null && password == null) {
            return null;
        }
        if (username == null || password == null) {
            YamlNode lonely = username == null ? password : username;
            diagnostics.error(
                    Objects.requireNonNull(lonely).span(),
                    "'username' and 'password' of the registry go together",
                    "write both, or neither for a registry that lets everyone in");
            return null;
        }
        String name = settings.plainText(username, "'username'");
        Template secret = settings.text(password, "'password'", Place.REGISTRY);
        return name == null ? null : new EmbeddedRegistry.Account(name, secret);
    }

    private List<Job> jobs(Fields fields, YamlNode root) {
        YamlNode node = fields.get("jobs");
        if (node == null) {
            Fields.Field field = fields.field("jobs");
            if (root instanceof YamlNode.Mapping) {
                diagnostics.error(
                        field != null ? field.keySpan() : root.span().part(0, 0),
                        "a pipeline needs jobs",
                        "add jobs: with at least one job");
            }
            return List.of();
        }
        Fields entries = Fields.open(node, "'jobs'", diagnostics);
        if (node instanceof YamlNode.Mapping && entries.all().isEmpty()) {
            diagnostics.error(node.span(), "'jobs' is empty", "add at least one job");
        }
        List<Job> jobs = new ArrayList<>();
        for (Fields.Field field : entries.all()) {
            settings.name(field, Settings.NAME, "jobs");
            jobs.add(new JobReader(settings, field.key()).read(field));
        }
        return jobs;
    }
}
