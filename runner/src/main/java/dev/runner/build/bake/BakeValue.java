package dev.runner.build.bake;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The value of an attribute of a target. */
public sealed interface BakeValue {
    /** One text. */
    record Text(String text) implements BakeValue {}

    /** True or false. */
    record Flag(boolean set) implements BakeValue {}

    /** Texts in order. */
    record Texts(List<String> items) implements BakeValue {
        public Texts {
            items = List.copyOf(items);
        }
    }

    /** Texts by name. */
    record Pairs(Map<String, String> entries) implements BakeValue {
        public Pairs {
            entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
        }
    }

    /** What {@code --output}, {@code --secret} and the like take, field by field. */
    record Entries(List<Map<String, String>> items) implements BakeValue {
        public Entries {
            items = items.stream()
                    .map(item -> Collections.unmodifiableMap(new LinkedHashMap<>(item)))
                    .toList();
        }
    }
}
