package dev.runner.build.bake.hcl;

import static dev.runner.build.bake.hcl.HclArguments.MANY;

import dev.runner.build.bake.hcl.HclFunctions.Table;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/** Functions on lists and maps. */
final class CollectionFunctions {
    private static final int LONGEST_RANGE = 1024;

    private CollectionFunctions() {}

    static void add(Table table) {
        table.add("chunklist", 2, CollectionFunctions::chunks);
        table.add("coalesce", 1, MANY, CollectionFunctions::coalesce);
        table.add("coalescelist", 1, MANY, CollectionFunctions::coalesceList);
        table.add(
                "compact",
                1,
                a -> HclValue.texts(a.list(0).stream()
                        .filter(value -> !value.isNull())
                        .map(HclValues::text)
                        .filter(text -> !text.isEmpty())
                        .toList()));
        table.add("concat", 1, MANY, CollectionFunctions::concat);
        table.add("contains", 2, a -> HclValue.of(a.list(0).contains(a.value(1))));
        table.add("distinct", 1, a -> new HclValue.Lst(List.copyOf(new LinkedHashSet<>(a.list(0)))));
        table.add("element", 2, CollectionFunctions::element);
        table.add("flatten", 1, a -> new HclValue.Lst(flat(a.list(0), new ArrayList<>())));
        table.add("hasindex", 2, CollectionFunctions::hasIndex);
        table.add("index", 2, a -> HclValues.index(a.value(0), a.value(1)));
        table.add("indexof", 2, CollectionFunctions::indexOf);
        table.add("keys", 1, a -> HclValue.texts(List.copyOf(a.map(0).keySet())));
        table.add("values", 1, a -> new HclValue.Lst(List.copyOf(a.map(0).values())));
        table.add("length", 1, CollectionFunctions::length);
        table.add("lookup", 2, 3, CollectionFunctions::lookup);
        table.add("merge", 0, MANY, CollectionFunctions::merge);
        table.add("range", 1, 3, CollectionFunctions::range);
        table.add("reverselist", 1, a -> new HclValue.Lst(a.list(0).reversed()));
        table.add("slice", 2, 3, CollectionFunctions::slice);
        table.add(
                "sort",
                1,
                a -> HclValue.texts(
                        a.texts(0).stream().sorted(Comparator.naturalOrder()).toList()));
        table.add("zipmap", 2, CollectionFunctions::zipMap);
    }

    private static HclValue chunks(HclArguments a) {
        int size = a.integer(1);
        List<HclValue> list = a.list(0);
        if (size < 0) {
            throw new HclFault("the size of a chunk must not be negative");
        }
        List<HclValue> chunks = new ArrayList<>();
        int step = size == 0 ? Math.max(1, list.size()) : size;
        for (int from = 0; from < list.size(); from += step) {
            chunks.add(new HclValue.Lst(list.subList(from, Math.min(list.size(), from + step))));
        }
        return new HclValue.Lst(chunks);
    }

    private static HclValue coalesce(HclArguments a) {
        return a.values().stream()
                .filter(value -> !value.isNull())
                .findFirst()
                .orElseThrow(() -> new HclFault("there is no argument that is not null"));
    }

    private static HclValue coalesceList(HclArguments a) {
        return a.values().stream()
                .filter(value -> !HclValues.list(value).isEmpty())
                .findFirst()
                .orElseThrow(() -> new HclFault("there is no list that is not empty"));
    }

    private static HclValue concat(HclArguments a) {
        List<HclValue> all = new ArrayList<>();
        for (int i = 0; i < a.values().size(); i++) {
            all.addAll(a.list(i));
        }
        return new HclValue.Lst(all);
    }

    /** Places beyond the end begin anew. */
    private static HclValue element(HclArguments a) {
        List<HclValue> list = a.list(0);
        if (list.isEmpty()) {
            throw new HclFault("an empty list has no element");
        }
        return list.get(Math.floorMod(a.integer(1), list.size()));
    }

    private static List<HclValue> flat(List<HclValue> list, List<HclValue> into) {
        for (HclValue value : list) {
            if (value instanceof HclValue.Lst(List<HclValue> items)) {
                flat(items, into);
            } else {
                into.add(value);
            }
        }
        return into;
    }

    private static HclValue hasIndex(HclArguments a) {
        return HclValue.of(
                switch (a.value(0)) {
                    case HclValue.Lst(List<HclValue> items) ->
                        a.value(1) instanceof HclValue.Num(BigDecimal place)
                                && place.signum() >= 0
                                && place.compareTo(BigDecimal.valueOf(items.size())) < 0;
                    case HclValue.Obj(Map<String, HclValue> entries) ->
                        a.value(1) instanceof HclValue.Str(String key) && entries.containsKey(key);
                    default -> throw new HclFault("a list or a map is needed");
                });
    }

    private static HclValue indexOf(HclArguments a) {
        List<HclValue> list = a.list(0);
        if (list.isEmpty()) {
            throw new HclFault("cannot search an empty list");
        }
        int place = list.indexOf(a.value(1));
        if (place < 0) {
            throw new HclFault("item not found");
        }
        return HclValue.of(place);
    }

    private static HclValue length(HclArguments a) {
        return HclValue.of(
                switch (a.value(0)) {
                    case HclValue.Lst(List<HclValue> items) -> items.size();
                    case HclValue.Obj(Map<String, HclValue> entries) -> entries.size();
                    default ->
                        throw new HclFault(
                                "a list or a map is needed, not a " + a.value(0).kind());
                });
    }

    private static HclValue lookup(HclArguments a) {
        HclValue found = a.map(0).get(a.text(1));
        if (found != null) {
            return found;
        }
        if (a.has(2)) {
            return a.value(2);
        }
        throw new HclFault("there is no key '" + a.text(1) + "'");
    }

    private static HclValue merge(HclArguments a) {
        Map<String, HclValue> all = new LinkedHashMap<>();
        for (int i = 0; i < a.values().size(); i++) {
            if (!a.value(i).isNull()) {
                all.putAll(a.map(i));
            }
        }
        return new HclValue.Obj(all);
    }

    private static HclValue range(HclArguments a) {
        boolean one = a.values().size() == 1;
        BigDecimal from = one ? BigDecimal.ZERO : a.number(0);
        BigDecimal to = a.number(one ? 0 : 1);
        BigDecimal step = a.has(2) ? a.number(2) : BigDecimal.valueOf(to.compareTo(from) < 0 ? -1 : 1);
        if (step.signum() == 0 || step.signum() != to.subtract(from).signum() && to.compareTo(from) != 0) {
            throw new HclFault("the step never reaches the end");
        }
        List<HclValue> items = new ArrayList<>();
        for (BigDecimal at = from; step.signum() > 0 ? at.compareTo(to) < 0 : at.compareTo(to) > 0; at = at.add(step)) {
            if (items.size() == LONGEST_RANGE) {
                throw new HclFault("a range has at most " + LONGEST_RANGE + " numbers");
            }
            items.add(HclValue.of(at));
        }
        return new HclValue.Lst(items);
    }

    private static HclValue slice(HclArguments a) {
        List<HclValue> list = a.list(0);
        int from = a.integer(1);
        int to = a.has(2) ? a.integer(2) : list.size();
        if (from < 0 || to > list.size() || from > to) {
            throw new HclFault("the range " + from + " to " + to + " is outside of a list of " + list.size());
        }
        return new HclValue.Lst(list.subList(from, to));
    }

    private static HclValue zipMap(HclArguments a) {
        List<String> keys = a.texts(0);
        List<HclValue> values = a.list(1);
        if (keys.size() != values.size()) {
            throw new HclFault("there are " + keys.size() + " keys and " + values.size() + " values");
        }
        Map<String, HclValue> entries = new LinkedHashMap<>();
        for (int i = 0; i < keys.size(); i++) {
            entries.put(keys.get(i), values.get(i));
        }
        return new HclValue.Obj(entries);
    }
}
