package dev.runner.frontend.github;

import dev.runner.expression.Template;
import dev.runner.expression.Value;
import dev.runner.pipeline.Container;
import dev.runner.pipeline.TemplateList;
import dev.runner.pipeline.TemplateMap;
import dev.runner.source.Diagnostics;
import dev.runner.source.Source;
import dev.runner.source.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The image that stands for a machine. Labels may be computed, as in <code>runs-on: ${{ matrix.os }}</code>, so the image
 * is an expression that looks each label up; it is empty, which is this machine, when none is known.
 */
final class RunsOnImage {
    private RunsOnImage() {}

    static @Nullable Container of(@Nullable Token runsOn, Map<String, String> images) {
        List<Token> labels = new ArrayList<>();
        Token written = runsOn instanceof Token.Fields fields ? fields.get("labels") : runsOn;
        switch (written) {
            case Token.Items items -> labels.addAll(items.items());
            case null -> {}
            case Token one -> labels.add(one);
        }
        List<String> lookups = new ArrayList<>();
        for (Token label : labels) {
            if (label instanceof Token.Computed(Template template, Span _)) {
                String text = template.isOneExpression()
                        ? template.expressions().getFirst().text()
                        : template.asFormatText();
                lookups.add(table(images) + "[" + text + "]");
            } else if (images.containsKey(label.literal())) {
                lookups.add(quoted(images.get(label.literal())));
            }
        }
        if (images.isEmpty() || lookups.isEmpty() || runsOn == null) {
            return null;
        }
        String text = "${{ " + String.join(" || ", lookups) + " || '' }}";
        Source made = Source.of("runs-on", text);
        return new Container(
                Template.parse(text, made.all(), new Diagnostics()),
                null,
                TemplateMap.empty(),
                TemplateList.empty(runsOn.span()),
                TemplateList.empty(runsOn.span()),
                Container.Start.IMAGES_OWN,
                runsOn.span());
    }

    private static String table(Map<String, String> images) {
        return "fromJSON(" + quoted(Value.of(images).toJson()) + ")";
    }

    private static String quoted(@Nullable String text) {
        return "'" + String.valueOf(text).replace("'", "''") + "'";
    }
}
