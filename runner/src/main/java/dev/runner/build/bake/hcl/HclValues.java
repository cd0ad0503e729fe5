package dev.runner.build.bake.hcl;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;

/** Conversions between kinds of values, as HCL makes them by itself. */
public final class HclValues {
    /** About the 512 bits that HCL's numbers have. */
    static final MathContext PRECISION = new MathContext(154, RoundingMode.HALF_EVEN);

    private HclValues() {}

    /** @throws HclFault for what is no text, number or truth */
    public static String text(HclValue value) {
        return switch (value) {
            case HclValue.Str(String text) -> text;
            case HclValue.Num(BigDecimal number) -> HclValue.text(number);
            case HclValue.Bool(boolean truth) -> Boolean.toString(truth);
            default -> throw new HclFault("a string is needed, not a " + value.kind());
        };
    }

    /** @throws HclFault for what is no truth and does not spell one */
    public static boolean bool(HclValue value) {
        return switch (value) {
            case HclValue.Bool(boolean truth) -> truth;
            case HclValue.Str(String text) when text.equals("true") || text.equals("1") -> true;
            case HclValue.Str(String text) when text.equals("false") || text.equals("0") -> false;
            default -> throw new HclFault("a bool is needed, not a " + value.kind());
        };
    }

    /** @throws HclFault for what is no number and does not spell one */
    public static BigDecimal number(HclValue value) {
        return switch (value) {
            case HclValue.Num(BigDecimal number) -> number;
            case HclValue.Str(String text) -> {
                try {
                    yield new BigDecimal(text);
                } catch (NumberFormatException e) {
                    throw new HclFault("a number is needed, not \"" + text + "\"");
                }
            }
            default -> throw new HclFault("a number is needed, not a " + value.kind());
        };
    }

    static int integer(HclValue value) {
        try {
            return number(value).intValueExact();
        } catch (ArithmeticException e) {
            throw new HclFault("a whole number is needed, not " + text(value));
        }
    }

    /** @throws HclFault for what is no list */
    public static List<HclValue> list(HclValue value) {
        if (value instanceof HclValue.Lst(List<HclValue> items)) {
            return items;
        }
        throw new HclFault("a list is needed, not a " + value.kind());
    }

    static Map<String, HclValue> map(HclValue value) {
        if (value instanceof HclValue.Obj(Map<String, HclValue> entries)) {
            return entries;
        }
        throw new HclFault("a map is needed, not a " + value.kind());
    }

    static BigDecimal divide(BigDecimal a, BigDecimal b) {
        if (b.signum() == 0) {
            throw new HclFault("division by zero");
        }
        return a.divide(b, PRECISION);
    }

    static BigDecimal remainder(BigDecimal a, BigDecimal b) {
        if (b.signum() == 0) {
            throw new HclFault("division by zero");
        }
        return a.remainder(b);
    }

    static HclValue index(HclValue of, HclValue key) {
        return switch (of) {
            case HclValue.Lst(List<HclValue> items) -> {
                int place = integer(key);
                if (place < 0 || place >= items.size()) {
                    throw new HclFault("there is no item " + place + " in a list of " + items.size());
                }
                yield items.get(place);
            }
            case HclValue.Obj(Map<String, HclValue> entries) -> {
                HclValue found = entries.get(text(key));
                if (found == null) {
                    throw new HclFault("there is no key '" + text(key) + "'");
                }
                yield found;
            }
            default -> throw new HclFault("a " + of.kind() + " has no items");
        };
    }

    /** Values of one list have one kind: with a text among primitives, all are texts. */
    static List<HclValue> unified(List<HclValue> values) {
        boolean text = values.stream().anyMatch(HclValue.Str.class::isInstance);
        boolean primitive = values.stream()
                .allMatch(value -> value instanceof HclValue.Str
                        || value instanceof HclValue.Num
                        || value instanceof HclValue.Bool);
        return text && primitive
                ? values.stream().map(value -> HclValue.of(text(value))).toList()
                : values;
    }
}
