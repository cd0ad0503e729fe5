package dev.runner;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The rooms of the house and the doors between them, as the design's table has them. */
class RoomsTests {
    private static final String ROOT = "dev.runner";

    /**
     * Room and what it may import. A room may also use what the rooms it imports may use: a value that comes through a
     * door, such as a position in a diagnostic, is not foreign on the other side.
     */
    private static final Map<String, List<String>> ARROWS = Map.ofEntries(
            Map.entry("source", List.of()),
            Map.entry("secret", List.of()),
            Map.entry("oci", List.of()),
            Map.entry("expression", List.of("source")),
            Map.entry("pipeline", List.of("source", "expression", "oci")),
            Map.entry("frontend", List.of("source", "expression", "pipeline")),
            Map.entry("plan", List.of("pipeline", "expression")),
            Map.entry("export", List.of("plan", "pipeline", "expression", "oci", "source")),
            Map.entry("schedule", List.of("plan", "secret")),
            Map.entry("checkout", List.of("secret")),
            Map.entry("host", List.of("oci")),
            Map.entry("dockerfile", List.of("source")),
            Map.entry("registry", List.of("oci", "secret")),
            Map.entry("build", List.of("dockerfile", "oci", "registry", "host", "secret", "source")),
            Map.entry(
                    "step",
                    List.of("schedule", "plan", "expression", "checkout", "build", "host", "registry", "secret")),
            Map.entry("report", List.of("schedule", "plan", "source")));

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    private static Set<String> mayUse(String room) {
        Set<String> all = new TreeSet<>();
        for (String next : ARROWS.getOrDefault(room, List.of())) {
            if (all.add(next)) {
                all.addAll(mayUse(next));
            }
        }
        return all;
    }

    private static String room(String packageName) {
        String rest = packageName.substring(ROOT.length());
        return rest.isEmpty() ? "" : rest.substring(1).split("\\.")[0];
    }

    @Test
    void every_package_belongs_to_a_room_of_the_table() {
        Set<String> rooms = new TreeSet<>();
        CLASSES.forEach(one -> rooms.add(room(one.getPackageName())));
        rooms.removeAll(ARROWS.keySet());

        assertThat(rooms).isSubsetOf("cli");
    }

    @Test
    void rooms_import_only_what_the_table_allows() {
        Map<String, Set<String>> allowed = new HashMap<>();
        ARROWS.keySet().forEach(room -> allowed.put(room, mayUse(room)));
        for (Map.Entry<String, Set<String>> entry : allowed.entrySet()) {
            Set<String> forbidden = new TreeSet<>(ARROWS.keySet());
            forbidden.add("cli");
            forbidden.remove(entry.getKey());
            forbidden.removeAll(entry.getValue());
            noClasses()
                    .that()
                    .resideInAPackage(ROOT + "." + entry.getKey() + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(forbidden.stream()
                            .map(room -> ROOT + "." + room + "..")
                            .toArray(String[]::new))
                    .allowEmptyShould(true)
                    .check(CLASSES);
        }
    }

    @Test
    void rooms_form_no_cycle() {
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void buildkits_format_knows_nothing_of_the_engine_that_uses_it() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".build.embedded.buildkit")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ROOT + ".build.embedded", ROOT + ".build.embedded.cache", ROOT + ".registry..")
                .check(CLASSES);
    }

    @Test
    void every_package_is_null_marked_and_has_its_sign() {
        Set<String> unmarked = new TreeSet<>();
        CLASSES.stream().map(JavaClass::getPackage).distinct().forEach(one -> {
            if (!one.isAnnotatedWith(NullMarked.class)) {
                unmarked.add(one.getName());
            }
        });

        assertThat(unmarked).isEmpty();
    }

    @Test
    void only_report_and_cli_print() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + ".report..", ROOT + ".cli..")
                .should(com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS)
                .check(CLASSES);
    }

    @Test
    void no_package_is_a_drawer_for_odds_and_ends() {
        List<String> drawers = List.of("util", "utils", "common", "helper", "helpers", "misc", "impl");
        Stream<String> words = CLASSES.stream()
                .map(JavaClass::getPackageName)
                .distinct()
                .flatMap(name -> Arrays.stream(name.split("\\.")));

        assertThat(words).doesNotContainAnyElementsOf(drawers);
    }

    @Test
    void libraries_stay_behind_the_room_that_uses_them() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".checkout..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.eclipse.jgit..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".source..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.yaml..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".registry..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("okhttp3..")
                .check(CLASSES);
    }
}
