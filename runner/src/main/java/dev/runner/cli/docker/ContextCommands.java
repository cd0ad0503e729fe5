package dev.runner.cli.docker;

import dev.runner.cli.gotemplate.GoText;
import dev.runner.cli.gotemplate.Struct;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code docker context ls}, {@code show}, {@code use} and {@code inspect}: there is the context {@code default}, and it is
 * this program, whose endpoint nobody dials.
 */
final class ContextCommands {
    private static final String DEFAULT = "default";

    private ContextCommands() {}

    static Command list(String path) {
        return Command.of(path, "[OPTIONS]", "List contexts", ContextCommands::list)
                .words(0)
                .value("format", "string", "Format output using a custom template: table, json or a Go template")
                .flag('q', "quiet", "Only show context names");
    }

    private static int list(Call call) {
        if (call.on("quiet")) {
            call.say(DEFAULT);
            return 0;
        }
        Map<String, String> headings = new LinkedHashMap<>();
        headings.put("Name", "NAME");
        headings.put("Description", "DESCRIPTION");
        headings.put("DockerEndpoint", "DOCKER ENDPOINT");
        headings.put("Error", "ERROR");
        Struct row = Struct.of("context.clientContextContext")
                .with("Current", true)
                .with("Description", "Current DOCKER_HOST based configuration")
                .with("DockerEndpoint", endpoint(call))
                .with("Error", "")
                .with("Name", DEFAULT);
        boolean table = call.text("format", "table").startsWith("table");
        new Listing(headings, List.of(table ? row.with("Name", DEFAULT + " *") : row))
                .print(
                        call.text("format"),
                        "{{.Name}}\t{{.Description}}\t{{.DockerEndpoint}}\t{{.Error}}",
                        call.around().out());
        return 0;
    }

    private static String endpoint(Call call) {
        String host = call.around().environment().getOrDefault("DOCKER_HOST", "");
        return host.isEmpty() ? "unix:///var/run/docker.sock" : host;
    }

    static Command show() {
        return Command.of("context show", "", "Print the name of the current context", call -> {
                    call.say(DEFAULT);
                    return 0;
                })
                .words(0);
    }

    static Command use() {
        return Command.of("context use", "CONTEXT", "Set the current docker context", call -> {
                    if (!call.word(0).equals(DEFAULT)) {
                        throw DockerFailure.of(missing(call.word(0)));
                    }
                    call.say(DEFAULT);
                    call.tell("Current context is now \"" + DEFAULT + "\"");
                    return 0;
                })
                .words(1);
    }

    private static String missing(String name) {
        return "context \"" + name + "\": context not found: there is the context 'default', which is runner";
    }

    static Command inspect() {
        return Command.of(
                        "context inspect",
                        "[OPTIONS] [CONTEXT] [CONTEXT...]",
                        "Display detailed information on one or more contexts",
                        ContextCommands::inspect)
                .value('f', "format", "string", "Format output using a custom template: json or a Go template");
    }

    private static int inspect(Call call) {
        List<Struct> found = new ArrayList<>();
        List<String> faults = new ArrayList<>();
        for (String name : call.words().isEmpty() ? List.of(DEFAULT) : call.words()) {
            if (name.equals(DEFAULT)) {
                found.add(context(call));
            } else {
                faults.add(missing(name));
            }
        }
        String format = call.text("format", "");
        if (format.isEmpty() || format.equals("json")) {
            call.say(GoText.json(found, format.isEmpty() ? "    " : ""));
        } else {
            found.forEach(one -> call.say(Listing.apply(Listing.template(format), one)));
        }
        faults.forEach(call::tell);
        return faults.isEmpty() ? 0 : 1;
    }

    private static Struct context(Call call) {
        Map<String, Object> none = Map.of();
        Struct docker =
                Struct.of("docker.EndpointMeta").with("Host", endpoint(call)).with("SkipTLSVerify", false);
        return Struct.of("context.contextWithTLSListing")
                .with("Name", DEFAULT)
                .with("Metadata", none)
                .with("Endpoints", Map.of("docker", docker))
                .with("TLSMaterial", none)
                .with(
                        "Storage",
                        Struct.of("context.Storage")
                                .with("MetadataPath", "<IN MEMORY>")
                                .with("TLSPath", "<IN MEMORY>"));
    }
}
