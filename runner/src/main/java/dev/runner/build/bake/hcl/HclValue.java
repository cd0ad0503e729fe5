package dev.runner.build.bake.hcl;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What an HCL expression gives. Tuples, lists and sets are one kind here, objects and maps another. */
public sealed interface HclValue {
    /** The value of {@code null}. */
    HclValue NULL = new Null();

    /** Nothing. */
    record Null() implements HclValue {}

    /** True or false. */
    record Bool(boolean value) implements HclValue {}

    /** A decimal number of any size. */
    record Num(BigDecimal value) implements HclValue {
        @Override
        public boolean equals(Object other) {
            return other instanceof Num(BigDecimal number) && number.compareTo(value) == 0;
        }

        @Override
        public int hashCode() {
            return value.stripTrailingZeros().hashCode();
        }
    }

    /** A text. */
    record Str(String value) implements HclValue {}

    /** Values in order. */
    record Lst(List<HclValue> items) implements HclValue {
        public Lst {
            items = List.copyOf(items);
        }
    }

    /** Values by name, in the order of the names, as HCL iterates over them. */
    record Obj(Map<String, HclValue> entries) implements HclValue {
        public Obj {
            entries = Collections.unmodifiableMap(new TreeMap<>(entries));
        }
    }

    static HclValue of(boolean value) {
        return new Bool(value);
    }

    static HclValue of(String value) {
        return new Str(value);
    }

    static HclValue of(long value) {
        return new Num(BigDecimal.valueOf(value));
    }

    static HclValue of(BigDecimal value) {
        return new Num(value);
    }

    /** A list of texts. */
    static HclValue texts(List<String> values) {
        return new Lst(values.stream().map(HclValue::of).toList());
    }

    /** What kind of value it is, in HCL's words. */
    default String kind() {
        return switch (this) {
            case Null _ -> "null";
            case Bool _ -> "bool";
            case Num _ -> "number";
            case Str _ -> "string";
            case Lst _ -> "tuple";
            case Obj _ -> "object";
        };
    }

    default boolean isNull() {
        return this instanceof Null;
    }

    /** A number as HCL writes it: no exponent, no trailing zeros. */
    static String text(BigDecimal number) {
        return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
    }
}
