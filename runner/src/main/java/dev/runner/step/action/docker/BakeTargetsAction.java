package dev.runner.step.action.docker;

import dev.runner.build.bake.BakeException;
import dev.runner.build.bake.BakePlan;
import dev.runner.build.bake.BakeTarget;
import dev.runner.expression.Value;
import dev.runner.step.action.input.Contract;
import dev.runner.step.action.input.ContractedAction;
import dev.runner.step.action.input.ListInput;
import dev.runner.step.github.ActionContext;
import dev.runner.step.github.ActionFailedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The targets of bake files as a list for a matrix; {@code subaction/matrix} adds fields of them.
 *
 * @see <a href="https://github.com/docker/bake-action#subactions">docker/bake-action, subactions</a>
 */
public final class BakeTargetsAction extends ContractedAction {
    private final boolean matrix;

    private BakeTargetsAction(Contract contract, boolean matrix) {
        super(contract);
        this.matrix = matrix;
    }

    public static BakeTargetsAction list() {
        return new BakeTargetsAction(
                Contract.named("docker/bake-action/subaction/list-targets", 2, 7)
                        .input("workdir", ".")
                        .inputs("files", "target")
                        .outputs("targets")
                        .build(),
                false);
    }

    public static BakeTargetsAction matrix() {
        return new BakeTargetsAction(
                Contract.named("docker/bake-action/subaction/matrix", 6, 7)
                        .input("workdir", ".")
                        .inputs("files", "target", "fields")
                        .outputs("matrix")
                        .build(),
                true);
    }

    @Override
    public void main(ActionContext context) throws IOException, InterruptedException {
        List<String> files = ListInput.words(context.inputs().raw("files"));
        BakeFiles bake = new BakeFiles(
                context.workspace().resolve(context.inputs().get("workdir")).normalize(), files);
        String target = context.inputs().get("target");
        BakePlan plan;
        try {
            plan = bake.read(context).plan(target.isEmpty() ? List.of() : List.of(target), List.of());
        } catch (BakeException e) {
            throw ActionFailedException.badInput(String.valueOf(e.getMessage()), null);
        }
        List<String> names = plan.targets().values().stream()
                .filter(each -> !each.linked())
                .map(BakeTarget::name)
                .toList();
        if (!matrix) {
            set("targets", Value.of(names), context);
            return;
        }
        set(
                "matrix",
                Value.of(rows(names, plan, ListInput.words(context.inputs().raw("fields")))),
                context);
    }

    /** A row for each target, or for each item of a field that is a list. */
    private static List<Map<String, Value>> rows(List<String> names, BakePlan plan, List<String> fields) {
        Value definition = ((Value.Obj) Value.fromJson(plan.json())).get("target");
        List<Map<String, Value>> rows = new ArrayList<>();
        for (String name : names) {
            List<Map<String, Value>> own = new ArrayList<>(List.of(Map.of("target", Value.of(name))));
            Value target = definition instanceof Value.Obj all ? all.get(name) : null;
            for (String field : fields) {
                Value value = target instanceof Value.Obj object ? object.get(field) : null;
                List<Value> values =
                        value == null ? List.of() : value instanceof Value.Arr list ? list.items() : List.of(value);
                List<Map<String, Value>> wider = new ArrayList<>();
                for (Map<String, Value> row : own) {
                    for (Value each : values) {
                        Map<String, Value> more = new LinkedHashMap<>(row);
                        more.put(field, each);
                        wider.add(more);
                    }
                }
                own = values.isEmpty() ? own : wider;
            }
            rows.addAll(own);
        }
        return rows;
    }

    private static void set(String name, Value value, ActionContext context) {
        String json = value.toJson().replaceAll("\\n\\s*", "");
        context.info(json);
        context.setOutput(name, json);
    }
}
