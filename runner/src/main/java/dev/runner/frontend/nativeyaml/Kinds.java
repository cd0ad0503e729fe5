package dev.runner.frontend.nativeyaml;

import dev.runner.expression.Value;
import dev.runner.source.YamlNode;

/** What a node is, in words for messages. */
final class Kinds {
    private Kinds() {}

    static String of(YamlNode node) {
        return switch (node) {
            case YamlNode.Mapping _ -> "a mapping";
            case YamlNode.Sequence _ -> "a list";
            case YamlNode.Scalar scalar ->
                switch (Scalars.resolve(scalar)) {
                    case Value.Null() -> "nothing";
                    case Value.Bool(boolean truth) -> Boolean.toString(truth);
                    case Value.Num _ -> "the number " + scalar.value();
                    case Value.Str _, Value.Arr _, Value.Obj _ -> "text";
                };
        };
    }
}
