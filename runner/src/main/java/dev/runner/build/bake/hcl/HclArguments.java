package dev.runner.build.bake.hcl;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/** The arguments of a call, taken by place as the kind that is wanted. */
record HclArguments(List<HclValue> values) {
    /** @throws HclFault unless there are so many */
    HclArguments count(int least, int most) {
        int given = values.size();
        if (given < least || given > most) {
            String wanted =
                    least == most ? String.valueOf(least) : most == MANY ? "at least " + least : least + " to " + most;
            throw new HclFault(wanted + " arguments are needed, not " + given);
        }
        return this;
    }

    static final int MANY = Integer.MAX_VALUE;

    boolean has(int place) {
        return place < values.size();
    }

    HclValue value(int place) {
        return values.get(place);
    }

    String text(int place) {
        return HclValues.text(values.get(place));
    }

    BigDecimal number(int place) {
        return HclValues.number(values.get(place));
    }

    int integer(int place) {
        return HclValues.integer(values.get(place));
    }

    boolean bool(int place) {
        return HclValues.bool(values.get(place));
    }

    List<HclValue> list(int place) {
        return HclValues.list(values.get(place));
    }

    List<String> texts(int place) {
        return list(place).stream().map(HclValues::text).toList();
    }

    Map<String, HclValue> map(int place) {
        return HclValues.map(values.get(place));
    }
}
