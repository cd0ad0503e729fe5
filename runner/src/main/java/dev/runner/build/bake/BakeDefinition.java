package dev.runner.build.bake;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What all files together define, before targets inherit and overrides apply. */
record BakeDefinition(Map<String, BakeTarget> targets, Map<String, BakeGroup> groups, List<BakeVariable> variables) {
    static final BakeDefinition EMPTY = new BakeDefinition(Map.of(), Map.of(), List.of());

    BakeDefinition {
        targets = Collections.unmodifiableMap(new LinkedHashMap<>(targets));
        groups = Collections.unmodifiableMap(new LinkedHashMap<>(groups));
        variables = List.copyOf(variables);
    }

    /** A target of the same name is merged; of two groups of one name, the later one counts. */
    BakeDefinition with(BakeDefinition later) {
        Map<String, BakeTarget> allTargets = new LinkedHashMap<>(targets);
        later.targets.forEach((name, target) -> allTargets.merge(name, target, BakeTarget::mergedWith));
        Map<String, BakeGroup> allGroups = new LinkedHashMap<>(groups);
        allGroups.putAll(later.groups);
        List<BakeVariable> allVariables = new ArrayList<>(variables);
        allVariables.addAll(later.variables);
        return new BakeDefinition(allTargets, allGroups, allVariables);
    }
}
