package dev.runner.step.action.metadata;

import dev.runner.step.action.metadata.Attributes.Attribute;
import java.util.List;

/** What holds for all tags. */
record Flavor(Latest latest, Affix prefix, Affix suffix) {
    /** Whether there is a tag {@code latest}. */
    enum Latest {
        /** When a tag of the repository gives the version. */
        AUTO,
        TRUE,
        FALSE;

        boolean or(boolean automatic) {
            return this == AUTO ? automatic : this == TRUE;
        }
    }

    /**
     * What is put before or behind a tag.
     *
     * @param onLatest whether {@code latest} gets it, too
     */
    record Affix(String text, boolean onLatest) {
        static final Affix NONE = new Affix("", false);

        String onLatestTag() {
            return onLatest ? text : "";
        }
    }

    static Flavor parse(List<String> entries) {
        Flavor flavor = new Flavor(Latest.AUTO, Affix.NONE, Affix.NONE);
        for (String entry : entries) {
            String about = "";
            for (Attribute field : Attributes.of(entry)) {
                flavor = flavor.with(field, about, entry);
                if (field.key().equals("prefix") || field.key().equals("suffix")) {
                    about = field.key();
                }
            }
        }
        return flavor;
    }

    private Flavor with(Attribute field, String about, String entry) {
        String value = field.value();
        return switch (field.key()) {
            case "" -> throw new MetadataException("Invalid flavor entry: " + entry);
            case "latest" ->
                new Flavor(
                        switch (value) {
                            case "auto" -> Latest.AUTO;
                            case "true" -> Latest.TRUE;
                            case "false" -> Latest.FALSE;
                            default -> throw new MetadataException("Invalid latest flavor entry: " + entry);
                        },
                        prefix,
                        suffix);
            case "prefix" -> new Flavor(latest, new Affix(value, prefix.onLatest()), suffix);
            case "suffix" -> new Flavor(latest, prefix, new Affix(value, suffix.onLatest()));
            case "onlatest" -> {
                boolean on = Attributes.flag(value, "Invalid value for onlatest attribute: " + value);
                yield new Flavor(
                        latest,
                        about.equals("prefix") ? new Affix(prefix.text(), on) : prefix,
                        about.equals("suffix") ? new Affix(suffix.text(), on) : suffix);
            }
            default -> throw new MetadataException("Unknown flavor entry: " + entry);
        };
    }
}
