package dev.runner.step.github;

import dev.runner.pipeline.Step;
import java.util.LinkedHashMap;
import java.util.Map;

/** A step that uses an action with a manifest. */
record ActionCall(Step.Uses step, ActionSteps.Found found) {
    ActionManifest manifest() {
        return found.manifest();
    }

    /** What the context {@code github} says while it runs. */
    Map<String, String> fields(StepPlace place) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("action_path", place.inside(found.folder()));
        ActionReference.Remote remote = found.remote();
        fields.put("action_repository", remote == null ? "" : remote.fullName());
        fields.put("action_ref", remote == null ? "" : remote.ref());
        return fields;
    }
}
