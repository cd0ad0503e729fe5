package dev.runner.build.embedded;

import dev.runner.build.BuildResult;
import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import java.nio.file.Path;

/** A process that builds again and again, and looks each time whether the image is whole: state folder, context, name, rounds. */
final class BuildingProgram {
    static final String DOCKERFILE = """
            FROM scratch AS files
            ARG WORD
            COPY . /in
            COPY <<EOF /in/word
            $WORD
            EOF
            FROM scratch
            COPY --from=files /in /out
            COPY a.txt /a
            """;

    private BuildingProgram() {}

    @SuppressWarnings("SystemOut")
    public static void main(String[] arguments) throws Exception {
        for (int i = 0; i < Integer.parseInt(arguments[3]); i++) {
            // Half of the words are another process's too.
            String word = i % 2 == 0 ? "round" + i : arguments[2] + i;
            try (Machine machine = Machine.at(Path.of(arguments[0]))) {
                check(
                        machine,
                        machine.build(Path.of(arguments[1]), DOCKERFILE, request -> request.argument("WORD", word)));
            }
            System.out.println("built " + i);
            System.out.flush();
        }
    }

    static void check(Machine machine, BuildResult result) throws Exception {
        for (Descriptor layer :
                machine.manifest(machine.image(result).manifest().digest()).layers()) {
            byte[] content = machine.builder.store().blobs().read(layer.digest());
            if (!Digest.of(content).equals(layer.digest())) {
                throw new IllegalStateException("the layer " + layer.digest() + " is not whole");
            }
        }
    }
}
