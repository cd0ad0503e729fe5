package dev.runner.build.embedded.store;

import dev.runner.oci.layer.EntryNames;
import java.util.Arrays;
import java.util.Comparator;

/** The order of names by their bytes, which for UTF-8 is that of code points and not of Java's chars. */
public final class NameOrder {
    public static final Comparator<String> BYTES = NameOrder::compare;

    private NameOrder() {}

    private static int compare(String one, String other) {
        int shared = Math.min(one.length(), other.length());
        for (int i = 0; i < shared; i++) {
            char a = one.charAt(i);
            char b = other.charAt(i);
            if (a != b) {
                boolean plain = a < Character.MIN_SURROGATE && b < Character.MIN_SURROGATE;
                return plain ? a - b : Arrays.compareUnsigned(EntryNames.encode(one), EntryNames.encode(other));
            }
        }
        return one.length() - other.length();
    }
}
