package dev.runner.build.bake.hcl;

import static dev.runner.build.bake.hcl.HclArguments.MANY;

import dev.runner.build.bake.hcl.HclFunctions.Table;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;

/** Functions on sets, which are lists without repetition here; of texts and numbers, in their order. */
final class SetFunctions {
    private SetFunctions() {}

    static void add(Table table) {
        table.add("sethaselement", 2, a -> HclValue.of(a.list(0).contains(a.value(1))));
        table.add("setunion", 1, MANY, a -> combined(a, Collection::addAll));
        table.add("setintersection", 1, MANY, a -> combined(a, Collection::retainAll));
        table.add("setsubtract", 2, a -> combined(a, Collection::removeAll));
        table.add("setsymmetricdifference", 1, MANY, a -> combined(a, SetFunctions::keepDifference));
        table.add("setproduct", 1, MANY, SetFunctions::product);
    }

    private static HclValue combined(HclArguments a, BiConsumer<Set<HclValue>, List<HclValue>> step) {
        Set<HclValue> result = new LinkedHashSet<>(a.list(0));
        for (int i = 1; i < a.values().size(); i++) {
            step.accept(result, a.list(i));
        }
        return new HclValue.Lst(sorted(HclValues.unified(List.copyOf(result))));
    }

    private static void keepDifference(Set<HclValue> result, List<HclValue> other) {
        for (HclValue value : new LinkedHashSet<>(other)) {
            if (!result.remove(value)) {
                result.add(value);
            }
        }
    }

    /** Texts by code point, numbers by size; anything else as it comes. */
    static List<HclValue> sorted(List<HclValue> values) {
        List<HclValue> sorted = new ArrayList<>(new LinkedHashSet<>(values));
        if (sorted.stream().allMatch(HclValue.Str.class::isInstance)) {
            sorted.sort(Comparator.comparing(HclValues::text));
        } else if (sorted.stream().allMatch(HclValue.Num.class::isInstance)) {
            sorted.sort(Comparator.comparing(HclValues::number));
        }
        return sorted;
    }

    private static HclValue product(HclArguments a) {
        List<List<HclValue>> rows = List.of(List.of());
        for (int i = 0; i < a.values().size(); i++) {
            List<List<HclValue>> longer = new ArrayList<>();
            for (List<HclValue> row : rows) {
                for (HclValue value : a.list(i)) {
                    List<HclValue> next = new ArrayList<>(row);
                    next.add(value);
                    longer.add(next);
                }
            }
            rows = longer;
        }
        return new HclValue.Lst(rows.stream().<HclValue>map(HclValue.Lst::new).toList());
    }
}
