package dev.runner.build.bake;

import java.util.List;

/**
 * Targets, and other groups, under one name.
 *
 * @param description empty for none
 */
public record BakeGroup(String name, String description, List<String> targets) {
    public BakeGroup {
        targets = targets.stream().distinct().toList();
    }
}
