package dev.runner.build.bake.hcl;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The functions that every bake file may call.
 *
 * @see <a href="https://github.com/docker/buildx/blob/master/docs/bake-stdlib.md">Bake standard library functions</a>
 */
public final class HclFunctions {
    private static final Map<String, HclFunction> ALL = all();

    private HclFunctions() {}

    /** By name, sorted. {@code try}, {@code can} and {@code convert} are among them,
     * though the evaluator itself answers these. */
    public static Map<String, HclFunction> byName() {
        return ALL;
    }

    private static Map<String, HclFunction> all() {
        Table table = new Table();
        TextFunctions.add(table);
        NumberFunctions.add(table);
        CollectionFunctions.add(table);
        SetFunctions.add(table);
        EncodingFunctions.add(table);
        TimeFunctions.add(table);
        NetworkFunctions.add(table);
        table.add("try", 1, HclArguments.MANY, arguments -> arguments.value(0));
        table.add("can", 1, arguments -> HclValue.of(true));
        table.add("convert", 2, arguments -> arguments.value(0));
        return Collections.unmodifiableMap(table.functions);
    }

    /** Functions on their way into the map. */
    static final class Table {
        private final Map<String, HclFunction> functions = new TreeMap<>();

        void add(String name, int least, int most, Function<HclArguments, HclValue> body) {
            functions.put(name, values -> body.apply(new HclArguments(values).count(least, most)));
        }

        void add(String name, int count, Function<HclArguments, HclValue> body) {
            add(name, count, count, body);
        }
    }
}
