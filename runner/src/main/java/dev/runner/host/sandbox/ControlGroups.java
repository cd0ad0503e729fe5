package dev.runner.host.sandbox;

import dev.runner.host.sandbox.ControlGroup.Folder;
import dev.runner.host.sandbox.Hierarchies.Hierarchy;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Makes the control group of a run, in whatever trees this machine has its controllers. */
final class ControlGroups {
    private final Hierarchies hierarchies;
    private final Limits limits;
    private final String name;
    private final Path record;
    private final List<Folder> folders = new ArrayList<>();

    private ControlGroups(Hierarchies hierarchies, Limits limits, String name, Path record) {
        this.hierarchies = hierarchies;
        this.limits = limits;
        this.name = name;
        this.record = record;
    }

    /**
     * Makes a group that keeps the limits.
     *
     * @param name of the folders
     * @param record where their paths are written before they are made, for the sweep
     * @throws SandboxException with the reason when one of them cannot be kept; nothing is left then
     */
    static ControlGroup make(Hierarchies hierarchies, Limits limits, String name, Path record) throws IOException {
        ControlGroups groups = new ControlGroups(hierarchies, limits, name, record);
        try {
            for (ControlSetting setting : ControlSetting.of(limits)) {
                groups.keep(setting);
            }
            if (groups.folders.isEmpty()) {
                groups.placeOnly();
            }
            return new ControlGroup(limits, groups.folders);
        } catch (IOException | RuntimeException e) {
            new ControlGroup(limits, groups.folders).remove();
            throw e;
        }
    }

    private void keep(ControlSetting setting) throws SandboxException {
        Hierarchy hierarchy = hierarchies.of(setting.controller());
        if (hierarchy == null) {
            throw refused(
                    setting.flag(),
                    hierarchies.all().isEmpty()
                            ? "no control groups are mounted"
                            : "no control group that is mounted has the controller '" + setting.controller() + "'");
        }
        try {
            Path folder = folder(hierarchy, setting.controller());
            for (ControlSetting.Value value : hierarchy.unified() ? setting.unified() : setting.old()) {
                Path file = folder.resolve(value.file());
                if (!value.optional() || Files.exists(file)) {
                    GroupPlace.write(file, value.text());
                }
            }
        } catch (IOException e) {
            throw refused(setting.flag(), reason(e));
        }
    }

    /** Only a parent was asked for: the group is in it wherever a limit could be. */
    private void placeOnly() throws SandboxException {
        List<Hierarchy> wanted = ControlSetting.CONTROLLERS.stream()
                .map(hierarchies::of)
                .filter(Objects::nonNull)
                .toList();
        if (wanted.isEmpty()) {
            // Version 2 groups processes without any controller.
            wanted = hierarchies.all().stream().filter(Hierarchy::unified).toList();
        }
        if (wanted.isEmpty()) {
            throw refused("--cgroup-parent", "no control groups are mounted");
        }
        try {
            for (Hierarchy hierarchy : wanted) {
                folder(hierarchy, null);
            }
        } catch (IOException e) {
            throw refused("--cgroup-parent", reason(e));
        }
    }

    private Path folder(Hierarchy hierarchy, @Nullable String controller) throws IOException {
        GroupPlace place = new GroupPlace(hierarchy, record);
        for (Folder known : folders) {
            if (known.path().startsWith(hierarchy.mount())) {
                place.enable(Objects.requireNonNull(known.path().getParent()), controller);
                return known.path();
            }
        }
        Folder made = place.make(limits.parent(), controller, name);
        folders.add(made);
        return made.path();
    }

    private static SandboxException refused(String flag, String reason) {
        return new SandboxException(
                SandboxException.Reason.UNSUPPORTED,
                flag + " cannot be kept here: " + reason + " (`runner doctor` tells which limits can)",
                null);
    }

    private static String reason(IOException e) {
        return switch (e) {
            case AccessDeniedException denied -> denied.getFile() + ": permission denied";
            case FileSystemException file when file.getReason() != null -> file.getFile() + ": " + file.getReason();
            default -> String.valueOf(e.getMessage());
        };
    }
}
