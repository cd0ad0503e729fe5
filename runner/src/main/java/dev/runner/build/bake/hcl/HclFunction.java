package dev.runner.build.bake.hcl;

import java.util.List;

/** A function that expressions may call. */
@FunctionalInterface
public interface HclFunction {
    /** @throws HclFault when the arguments are not what it takes; without a place, which the caller adds */
    HclValue call(List<HclValue> arguments);
}
