package dev.runner.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The flags of {@code runner exec} that only GitLab's pipelines have. */
final class GitLabFlags implements Flags.Declaring {
    @Nullable
    String branch;

    @Nullable
    String tag;

    @Nullable
    String target;

    @Nullable
    String source;

    @Nullable
    Path templates;

    List<String> manual = new ArrayList<>();
    List<String> projects = new ArrayList<>();
    List<String> shielded = new ArrayList<>();
    List<String> includes = new ArrayList<>();
    boolean host;

    @Override
    public void declare(Flags flags) {
        flags.option("--branch")
                .label("NAME")
                .says("Of a GitLab pipeline: the branch it is for (default: what is checked out).")
                .value(String.class, value -> branch = value);
        flags.option("--tag")
                .label("NAME")
                .says("The tag that a GitLab or native pipeline is for (default: what is checked out).")
                .value(String.class, value -> tag = value);
        flags.option("--target-branch")
                .label("NAME")
                .says("Of a GitLab pipeline for a merge request: where it goes (default: the default branch).")
                .value(String.class, value -> target = value);
        flags.option("--source")
                .label("NAME")
                .says("Of a GitLab pipeline: the value of CI_PIPELINE_SOURCE, in place of the event's.")
                .value(String.class, value -> source = value);
        flags.option("--manual")
                .label("JOB")
                .says("Of a GitLab pipeline: start this manual job.")
                .values(String.class, values -> manual = values);
        flags.option("--project")
                .label("PATH=PLACE")
                .says(
                        "Of a GitLab pipeline: the folder or git URL of a project that include: or trigger: names; a ref is"
                                + " checked out.")
                .values(String.class, values -> projects = values);
        flags.option("--protected")
                .label("NAME")
                .says("Of a GitLab pipeline: a variable or secret that only the default branch and tags see.")
                .values(String.class, values -> shielded = values);
        flags.option("--include")
                .label("URL=FILE")
                .says("Of a GitLab pipeline: a file in place of one that include: remote names.")
                .values(String.class, values -> includes = values);
        flags.option("--templates")
                .label("FOLDER")
                .says("Of a GitLab pipeline: a folder with the templates that include: template names.")
                .value(Path.class, value -> templates = value);
        flags.option("--host")
                .says("Of a GitLab pipeline: run scripts on this machine, whatever image: says.")
                .on(value -> host = value);
    }
}
