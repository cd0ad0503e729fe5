package dev.runner.cli.gotemplate;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A template of Go's {@code text/template}: fields, variables, pipelines, {@code if}, {@code range}, {@code with}, Go's
 * functions and Docker's ({@code json}, {@code join}, {@code upper}, …).
 *
 * @see <a href="https://pkg.go.dev/text/template">text/template</a>
 * @see <a href="https://docs.docker.com/engine/cli/formatting/">Docker, format command and log output</a>
 */
public final class GoTemplate {
    private final String name;
    private final List<Node> nodes;
    private final Functions functions;

    private GoTemplate(String name, List<Node> nodes, Functions functions) {
        this.name = name;
        this.nodes = nodes;
        this.functions = functions;
    }

    /**
     * Reads a template.
     *
     * @param name what messages call it; may be empty
     * @param indent of what the function {@code json} writes; empty for one line
     * @throws TemplateException with Go's message when it is none
     */
    public static GoTemplate parse(String source, String name, String indent) {
        return new GoTemplate(name, new Parser(source, name).parse(), new Functions(indent));
    }

    /** The same, nameless, with JSON in one line. */
    public static GoTemplate parse(String source) {
        return parse(source, "", "");
    }

    /**
     * Applies it to a value.
     *
     * @throws TemplateException with Go's message when the value lacks what it asks for
     */
    public String apply(@Nullable Object value) {
        return new Application(name, functions, value).run(nodes);
    }
}
