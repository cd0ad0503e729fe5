package dev.runner.build.bake.hcl;

import static dev.runner.build.bake.hcl.HclArguments.MANY;

import dev.runner.build.bake.hcl.HclFunctions.Table;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;
import java.util.function.BinaryOperator;

/** Functions on numbers and truths. */
final class NumberFunctions {
    private static final int LARGEST_EXPONENT = 100_000;

    private NumberFunctions() {}

    static void add(Table table) {
        table.add("absolute", 1, a -> HclValue.of(a.number(0).abs()));
        table.add("add", 2, a -> HclValue.of(a.number(0).add(a.number(1))));
        table.add("subtract", 2, a -> HclValue.of(a.number(0).subtract(a.number(1))));
        table.add("multiply", 2, a -> HclValue.of(a.number(0).multiply(a.number(1), HclValues.PRECISION)));
        table.add("divide", 2, a -> HclValue.of(HclValues.divide(a.number(0), a.number(1))));
        table.add("modulo", 2, a -> HclValue.of(HclValues.remainder(a.number(0), a.number(1))));
        table.add("negate", 1, a -> HclValue.of(a.number(0).negate()));
        table.add("ceil", 1, a -> HclValue.of(a.number(0).setScale(0, RoundingMode.CEILING)));
        table.add("floor", 1, a -> HclValue.of(a.number(0).setScale(0, RoundingMode.FLOOR)));
        table.add("int", 1, a -> HclValue.of(a.number(0).setScale(0, RoundingMode.DOWN)));
        table.add("signum", 1, a -> HclValue.of(a.number(0).signum()));
        table.add("max", 1, MANY, a -> HclValue.of(reduced(a, BigDecimal::max)));
        table.add("min", 1, MANY, a -> HclValue.of(reduced(a, BigDecimal::min)));
        table.add("pow", 2, a -> HclValue.of(power(a.number(0), a.number(1))));
        table.add(
                "log",
                2,
                a -> HclValue.of(
                        logarithm(a.number(0).doubleValue(), a.number(1).doubleValue())));
        table.add("parseint", 2, NumberFunctions::parse);
        table.add("lessthan", 2, a -> HclValue.of(a.number(0).compareTo(a.number(1)) < 0));
        table.add("lessthanorequalto", 2, a -> HclValue.of(a.number(0).compareTo(a.number(1)) <= 0));
        table.add("greaterthan", 2, a -> HclValue.of(a.number(0).compareTo(a.number(1)) > 0));
        table.add("greaterthanorequalto", 2, a -> HclValue.of(a.number(0).compareTo(a.number(1)) >= 0));
        table.add("equal", 2, a -> HclValue.of(a.value(0).equals(a.value(1))));
        table.add("notequal", 2, a -> HclValue.of(!a.value(0).equals(a.value(1))));
        table.add("and", 2, a -> HclValue.of(a.bool(0) & a.bool(1)));
        table.add("or", 2, a -> HclValue.of(a.bool(0) | a.bool(1)));
        table.add("not", 1, a -> HclValue.of(!a.bool(0)));
    }

    private static BigDecimal reduced(HclArguments a, BinaryOperator<BigDecimal> operator) {
        List<HclValue> values = a.values();
        return values.stream().map(HclValues::number).reduce(operator).orElseThrow();
    }

    private static BigDecimal power(BigDecimal base, BigDecimal exponent) {
        boolean whole = exponent.stripTrailingZeros().scale() <= 0;
        if (whole && exponent.abs().compareTo(BigDecimal.valueOf(LARGEST_EXPONENT)) <= 0) {
            int times = exponent.intValueExact();
            if (times < 0 && base.signum() == 0) {
                throw new HclFault("division by zero");
            }
            return base.pow(times, HclValues.PRECISION);
        }
        return finite(Math.pow(base.doubleValue(), exponent.doubleValue()));
    }

    private static BigDecimal logarithm(double number, double base) {
        return finite(Math.log(number) / Math.log(base));
    }

    private static BigDecimal finite(double number) {
        if (Double.isNaN(number) || Double.isInfinite(number)) {
            throw new HclFault("the result is no number");
        }
        return BigDecimal.valueOf(number);
    }

    private static HclValue parse(HclArguments a) {
        int base = a.integer(1);
        if (base < 2 || base > 62) {
            throw new HclFault("the base must be between 2 and 62");
        }
        String text = a.text(0);
        boolean negative = text.startsWith("-");
        BigInteger sum = BigInteger.ZERO;
        String digits = negative ? text.substring(1) : text;
        if (digits.isEmpty()) {
            throw new HclFault("\"" + text + "\" is no number of base " + base);
        }
        for (char c : digits.toCharArray()) {
            int digit = digit(c, base);
            if (digit < 0 || digit >= base) {
                throw new HclFault("\"" + text + "\" is no number of base " + base);
            }
            sum = sum.multiply(BigInteger.valueOf(base)).add(BigInteger.valueOf(digit));
        }
        return HclValue.of(new BigDecimal(negative ? sum.negate() : sum));
    }

    /** Beyond base 36, capital letters count after small ones. */
    private static int digit(char c, int base) {
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        if (c >= 'a' && c <= 'z') {
            return c - 'a' + 10;
        }
        return c >= 'A' && c <= 'Z' ? c - 'A' + (base <= 36 ? 10 : 36) : -1;
    }
}
