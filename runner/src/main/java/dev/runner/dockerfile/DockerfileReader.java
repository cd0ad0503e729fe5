package dev.runner.dockerfile;

import dev.runner.dockerfile.Dockerfile.Directives;
import dev.runner.dockerfile.Dockerfile.Stage;
import dev.runner.source.Diagnostics;
import dev.runner.source.InvalidSourceException;
import dev.runner.source.Source;
import dev.runner.source.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Gathers instructions into stages. */
final class DockerfileReader {
    private final Source source;
    private final Diagnostics diagnostics;
    private final List<Instruction.Arg> metaArguments = new ArrayList<>();
    private final List<Stage> stages = new ArrayList<>();
    private Instruction.@Nullable From from;
    private List<Instruction> instructions = new ArrayList<>();
    private boolean sawFrom;
    private boolean blamedOrder;

    DockerfileReader(Source source, Diagnostics diagnostics) {
        this.source = source;
        this.diagnostics = diagnostics;
    }

    Dockerfile read() {
        Parser parser = new Parser(source, diagnostics);
        List<Node> nodes = parser.parse();
        InstructionReader reader = new InstructionReader(diagnostics);
        for (Node node : nodes) {
            take(node, reader.read(node));
        }
        endStage();
        if (!sawFrom && !nodes.isEmpty() && !blamedOrder) {
            diagnostics.error(
                    nodes.getFirst().span(), "dockerfile contains no stages to build", "begin a stage with FROM");
        }
        Span syntax = parser.lines().syntax();
        Span check = parser.lines().check();
        if (syntax != null) {
            checkFrontend(syntax);
        }
        if (check != null) {
            checkOptions(check);
        }
        Directives directives = new Directives(
                syntax == null ? null : syntax.text(), parser.lines().escape(), check == null ? null : check.text());
        return new Dockerfile(source, directives, metaArguments, stages, parser.emptyContinuations());
    }

    private void take(Node node, @Nullable Instruction instruction) {
        boolean isFrom = node.written().keyword().equalsIgnoreCase("FROM");
        if (isFrom) {
            endStage();
            sawFrom = true;
        }
        if (instruction == null) {
            return;
        }
        if (instruction instanceof Instruction.From next) {
            from = next;
        } else if (sawFrom) {
            instructions.add(instruction);
        } else if (instruction instanceof Instruction.Arg arg) {
            metaArguments.add(arg);
        } else if (!blamedOrder) {
            blamedOrder = true;
            diagnostics.error(node.span(), "no build stage in current context", "only ARG may stand before FROM");
        }
    }

    private void endStage() {
        if (from != null) {
            String alias = from.alias();
            stages.add(new Stage(
                    stages.size(), alias == null ? null : alias.toLowerCase(Locale.ROOT), from, instructions));
        }
        from = null;
        instructions = new ArrayList<>();
    }

    private void checkOptions(Span check) {
        try {
            CheckOptions.parse(check);
        } catch (InvalidSourceException e) {
            diagnostics.addAll(e.diagnostics());
        }
    }

    /** The Dockerfile front-end is built in; another language would need its image, which is never fetched. */
    private void checkFrontend(Span syntax) {
        if (!Dockerfile.knowsFrontend(syntax.text())) {
            diagnostics.error(
                    syntax,
                    "unknown front-end '" + syntax.text()
                            + "': only docker/dockerfile is understood, and it is built in",
                    "remove the line, or build with the buildkit engine");
        }
    }
}
