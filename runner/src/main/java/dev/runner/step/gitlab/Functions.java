package dev.runner.step.gitlab;

import dev.runner.expression.Value;
import dev.runner.pipeline.Step;
import dev.runner.schedule.StepContext;
import dev.runner.schedule.StepFailure;
import dev.runner.schedule.StepResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The functions of a job's {@code run}, one after the other: scripts, commands, and sequences of other functions. What one
 * returns and exports is there for those after it.
 */
final class Functions {
    /** As deep as sequences may call each other; a function that calls itself ends here. */
    private static final int DEEPEST = 50;

    private final Place place;
    private final FunctionPlaces places;
    private final Map<String, Value> returned = new LinkedHashMap<>();
    private final Map<String, Value> exported = new LinkedHashMap<>();

    /** Where a job's commands run. */
    interface Place {
        /** Runs a text in a shell; its exit code. */
        int script(String text, Map<String, String> environment, StepContext context)
                throws IOException, InterruptedException;

        /** Runs a program; its exit code. */
        int command(List<String> words, String directory, Map<String, String> environment, StepContext context)
                throws IOException, InterruptedException;

        /** The path of a file of the job, as its commands see it. */
        String seen(Path path);

        /** What commands find in their environment. */
        Map<String, String> environment(StepContext context);
    }

    Functions(Place place, FunctionPlaces places) {
        this.place = place;
        this.places = places;
    }

    /** What a call sees. */
    private record Frame(
            Map<String, Value> inputs,
            Map<String, Value> returned,
            Map<String, Value> environment,
            @Nullable Path folder,
            int depth) {}

    /** @param code of the command that has ended it, 0 for success */
    private record Ending(int code, Map<String, Value> outputs) {}

    StepResult run(Step.Function step, StepContext context) throws IOException, InterruptedException {
        try {
            Ending ending = call(step.call(), new Frame(Map.of(), returned, Map.of(), null, 0), context);
            return ending.code() == 0 ? StepResult.success() : StepResult.failed(StepFailure.exit(ending.code(), null));
        } catch (FunctionFault e) {
            return StepResult.failed(
                    StepFailure.of(StepFailure.Kind.BAD_INPUT, String.valueOf(e.getMessage()), e.remedy()));
        }
    }

    private Ending call(Value.Obj call, Frame outer, StepContext context)
            throws FunctionFault, IOException, InterruptedException {
        if (outer.depth() > DEEPEST) {
            throw FunctionFault.of("functions call each other more than " + DEEPEST + " deep", null);
        }
        Value name = call.get("name");
        Names names = names(outer, outer.environment(), context);
        Map<String, Value> own = new LinkedHashMap<>(outer.environment());
        own.putAll(entries(call.get("env"), names));
        Ending ending;
        if (call.get("script") instanceof Value.Str(String script)) {
            ending = script(script, new Frame(outer.inputs(), outer.returned(), own, outer.folder(), 0), context);
        } else {
            ending = function(call, own, outer, names, context);
        }
        if (name != null) {
            Value outputs = Value.Obj.caseSensitive(ending.outputs());
            outer.returned().put(name.text(), Value.Obj.caseSensitive(Map.of("outputs", outputs)));
        }
        return ending;
    }

    private Ending script(String script, Frame frame, StepContext context)
            throws FunctionFault, IOException, InterruptedException {
        FunctionResults results = new FunctionResults(context.temporary(), place::seen);
        Names names = names(frame, frame.environment(), context).with(results.names());
        int code = place.script(text(script, names), environment(frame.environment()), context);
        exported.putAll(results.exported());
        return new Ending(code, results.outputs());
    }

    private Ending function(Value.Obj call, Map<String, Value> own, Frame outer, Names names, StepContext context)
            throws FunctionFault, IOException, InterruptedException {
        Value reference = call.get("step") == null ? call.get("func") : call.get("step");
        if (reference == null) {
            throw FunctionFault.of("a call names no function", "give it step: or script:");
        }
        FunctionFile file = places.find(evaluated(reference, names), outer.folder(), context);
        Map<String, Value> inputs = file.taken(entries(call.get("inputs"), names));
        Frame frame = new Frame(inputs, new LinkedHashMap<>(), own, file.folder(), outer.depth() + 1);
        Map<String, Value> environment = new LinkedHashMap<>(own);
        environment.putAll(entries(file.definition().get("env"), names(frame, own, context)));
        frame = new Frame(inputs, frame.returned(), environment, file.folder(), frame.depth());
        if (file.definition().get("exec") instanceof Value.Obj command) {
            return execute(command, file, frame, context);
        }
        Value sequence = file.definition().get("run") == null
                ? file.definition().get("steps")
                : file.definition().get("run");
        if (!(sequence instanceof Value.Arr(List<Value> calls))) {
            throw FunctionFault.of("a function has neither exec: nor run:", null);
        }
        for (Value one : calls) {
            Ending ending = one instanceof Value.Obj inner ? call(inner, frame, context) : new Ending(0, Map.of());
            if (ending.code() != 0) {
                return ending;
            }
        }
        return new Ending(0, file.given(outputs(file, frame, context)));
    }

    private Map<String, Value> outputs(FunctionFile file, Frame frame, StepContext context) throws FunctionFault {
        Value delegate = file.definition().get("delegate");
        if (delegate == null) {
            return entries(file.definition().get("outputs"), names(frame, frame.environment(), context));
        }
        if (frame.returned().get(delegate.text()) instanceof Value.Obj result) {
            return FunctionFile.entries(result.get("outputs"));
        }
        throw FunctionFault.of("delegate names '" + delegate.text() + "', which is none of its functions", null);
    }

    private Ending execute(Value.Obj command, FunctionFile file, Frame frame, StepContext context)
            throws FunctionFault, IOException, InterruptedException {
        FunctionResults results = new FunctionResults(context.temporary(), place::seen);
        Names names = names(frame, frame.environment(), context).with(results.names());
        List<String> words = new ArrayList<>();
        if (command.get("command") instanceof Value.Arr(List<Value> items)) {
            for (Value item : items) {
                words.add(FunctionExpression.shown(evaluated(item, names)));
            }
        }
        if (words.isEmpty()) {
            throw FunctionFault.of("exec has no command", null);
        }
        Value folder = command.get("work_dir");
        String directory =
                folder == null ? place.seen(context.workspace()) : FunctionExpression.shown(evaluated(folder, names));
        int code = place.command(words, directory, environment(frame.environment()), context);
        exported.putAll(results.exported());
        return new Ending(code, code == 0 ? file.given(results.outputs()) : Map.of());
    }

    /** Weaker than what calls and functions set is what earlier functions have exported. */
    private Map<String, String> environment(Map<String, Value> own) {
        Map<String, String> all = new LinkedHashMap<>();
        exported.forEach((name, value) -> all.put(name, FunctionExpression.shown(value)));
        own.forEach((name, value) -> all.put(name, FunctionExpression.shown(value)));
        return all;
    }

    /** Looks names up. */
    private record Names(Map<String, Value> known) implements Function<String, @Nullable Value> {
        @Override
        public @Nullable Value apply(String name) {
            return known.get(name);
        }

        Names with(Map<String, Value> more) {
            Map<String, Value> all = new LinkedHashMap<>(known);
            all.putAll(more);
            return new Names(all);
        }
    }

    private Names names(Frame frame, Map<String, Value> own, StepContext context) {
        Map<String, Value> environment = new LinkedHashMap<>();
        place.environment(context).forEach((name, value) -> environment.put(name, Value.of(value)));
        Map<String, Value> job = new LinkedHashMap<>();
        environment.forEach((name, value) -> {
            if (name.startsWith("CI_") || name.startsWith("DOCKER_") || name.startsWith("GITLAB_")) {
                job.put(name, value);
            }
        });
        environment.putAll(exported);
        environment.putAll(own);
        Map<String, Value> known = new LinkedHashMap<>();
        known.put("env", Value.Obj.caseSensitive(environment));
        known.put("job", Value.Obj.caseSensitive(job));
        known.put("vars", Value.Obj.caseSensitive(job));
        known.put("inputs", Value.Obj.caseSensitive(frame.inputs()));
        known.put("steps", Value.Obj.caseSensitive(frame.returned()));
        known.put("work_dir", Value.of(place.seen(context.workspace())));
        Path folder = frame.folder();
        known.put("step_dir", Value.of(place.seen(folder == null ? context.workspace() : folder)));
        known.put("func_dir", Value.of(place.seen(folder == null ? context.workspace() : folder)));
        return new Names(known);
    }

    private static String text(String text, Names names) throws FunctionFault {
        return FunctionExpression.shown(FunctionExpression.interpolate(text, names));
    }

    private static Value evaluated(Value value, Names names) throws FunctionFault {
        return switch (value) {
            case Value.Str(String text) -> FunctionExpression.interpolate(text, names);
            case Value.Arr(List<Value> items) -> {
                List<Value> all = new ArrayList<>();
                for (Value item : items) {
                    all.add(evaluated(item, names));
                }
                yield new Value.Arr(all);
            }
            case Value.Obj fields -> Value.Obj.caseSensitive(entries(fields, names));
            case Value.Null _, Value.Bool _, Value.Num _ -> value;
        };
    }

    private static Map<String, Value> entries(@Nullable Value value, Names names) throws FunctionFault {
        Map<String, Value> all = new LinkedHashMap<>();
        for (Map.Entry<String, Value> entry : FunctionFile.entries(value).entrySet()) {
            all.put(entry.getKey(), evaluated(entry.getValue(), names));
        }
        return all;
    }
}
