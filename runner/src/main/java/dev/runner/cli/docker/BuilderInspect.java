package dev.runner.cli.docker;

import dev.runner.build.GcPolicy;
import java.io.IOException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/** {@code docker buildx inspect}. */
final class BuilderInspect {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss Z 'UTC'");

    private BuilderInspect() {}

    static int run(Call call) throws IOException {
        Builders builders = Builders.of(call.around());
        Builder builder = builders.choose(call.words().isEmpty() ? call.text("builder", "") : call.word(0));
        if (builder.isElsewhere()) {
            return RealBuildx.answer(
                    call,
                    call.on("bootstrap")
                            ? List.of("inspect", "--bootstrap", builder.name())
                            : List.of("inspect", builder.name()));
        }
        if (call.on("bootstrap")) {
            builder = BuilderCommands.boot(call, builders, builder);
        }
        List<String> lines = new ArrayList<>();
        lines.add("Name:\t" + builder.name());
        lines.add("Driver:\t" + builder.driver());
        if (builder.used() != null) {
            lines.add("Last Activity:\t" + TIME.format(builder.used().atOffset(ZoneOffset.UTC)));
        }
        print(call, lines);
        call.say("");
        call.say("Nodes:");
        for (int i = 0; i < builder.nodes().size(); i++) {
            if (i > 0) {
                call.say("");
            }
            print(call, node(call, builder, builder.nodes().get(i)));
        }
        return 0;
    }

    private static void print(Call call, List<String> lines) {
        Listing.aligned(lines, 0, 1).forEach(call::say);
    }

    private static List<String> node(Call call, Builder builder, Builder.Node node) throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add("Name:\t" + node.name());
        lines.add("Endpoint:\t" + node.endpoint());
        if (!builder.settings().options().isEmpty()) {
            lines.add("Driver Options:\t"
                    + String.join(" ", quoted(builder.settings().options())));
        }
        lines.add("Status:\t" + BuilderCommands.status(builder));
        if (!builder.settings().flags().isEmpty()) {
            lines.add("BuildKit daemon flags:\t"
                    + String.join(" ", builder.settings().flags()));
        }
        if (builder.booted()) {
            lines.add("BuildKit version:\t" + SystemCommands.BUILDKIT);
            lines.add("Platforms:\t" + String.join(", ", BuilderPlatforms.of(call.around(), node)));
            policy(builder.gc(), lines);
        } else if (!node.platforms().isEmpty()) {
            lines.add("Platforms:\t"
                    + String.join(
                            ", ",
                            node.platforms().stream().map(name -> name + "*").toList()));
        }
        if (!builder.settings().config().isEmpty()) {
            lines.add("File#buildkitd.toml:");
            builder.settings().config().lines().forEach(line -> lines.add(" > " + line.replace("\t", "    ")));
        }
        return lines;
    }

    private static List<String> quoted(List<String> options) {
        return options.stream()
                .map(option -> option.replaceFirst("=(.*)$", "=\"$1\""))
                .toList();
    }

    private static void policy(BuilderGc gc, List<String> lines) {
        if (Boolean.FALSE.equals(gc.enabled())) {
            return;
        }
        List<GcPolicy.Rule> rules = gc.policy().rules();
        for (int i = 0; i < rules.size(); i++) {
            GcPolicy.Rule rule = rules.get(i);
            lines.add("GC Policy rule#" + i + ":");
            lines.add(" All:\t" + rule.all());
            if (i < gc.rules().size() && !gc.rules().get(i).filters().isEmpty()) {
                lines.add(" Filters:\t" + String.join(" ", gc.rules().get(i).filters()));
            }
            if (!rule.keep().isZero()) {
                lines.add(" Keep Duration:\t" + rule.keep().toHours() + "h0m0s");
            }
            space(" Reserved Space:", rule.limits().reserved(), lines);
            space(" Max Used Space:", rule.limits().most(), lines);
            space(" Min Free Space:", rule.limits().free(), lines);
        }
    }

    private static void space(String head, GcPolicy.Space space, List<String> lines) {
        if (space.bytes() > 0) {
            lines.add(head + "\t" + Amounts.binary(space.bytes()));
        } else if (space.percent() > 0) {
            lines.add(head + "\t" + space.percent() + "%");
        }
    }
}
