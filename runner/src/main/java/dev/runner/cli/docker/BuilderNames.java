package dev.runner.cli.docker;

import java.util.List;
import java.util.random.RandomGenerator;

/** Names for builders and containers that were given none: a mood and a person of science. */
final class BuilderNames {
    private static final List<String> MOODS = List.of(
            "brave", "calm", "clever", "eager", "gentle", "happy", "jolly", "keen", "lucid", "merry", "nimble",
            "patient", "quick", "quiet", "serene", "sharp", "sunny", "tender", "vivid", "witty");
    private static final List<String> PEOPLE = List.of(
            "ampere",
            "babbage",
            "bohr",
            "curie",
            "darwin",
            "euler",
            "faraday",
            "gauss",
            "hopper",
            "kepler",
            "leibniz",
            "lovelace",
            "maxwell",
            "meitner",
            "newton",
            "noether",
            "pascal",
            "planck",
            "turing",
            "volta");

    private BuilderNames() {}

    static String random(RandomGenerator random) {
        return MOODS.get(random.nextInt(MOODS.size())) + "_" + PEOPLE.get(random.nextInt(PEOPLE.size()));
    }
}
