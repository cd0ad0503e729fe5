package dev.runner.report;

import dev.runner.schedule.RunEvent;
import dev.runner.secret.Masker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/** The last image of a run as values for what runs afterwards, in the file of a CI system. Nothing where none was built. */
final class ImageOutputs implements Report {
    private final Path file;
    private final Form form;
    private final Masker masker;
    private final Map<String, String> outputs = new LinkedHashMap<>();
    private String digest = "";
    private String references = "";

    /** Whose file it is. */
    enum Form {
        /** Outputs of a step: {@code digest}, {@code imageid}, {@code metadata}. */
        GITHUB,
        /** Variables of later jobs: {@code IMAGE}, with its digest, {@code IMAGE_DIGEST}, {@code IMAGE_TAGS}. */
        DOTENV
    }

    ImageOutputs(Path file, Form form, Masker masker) {
        this.file = file;
        this.form = form;
        this.masker = masker;
    }

    @Override
    public void on(RunEvent event) {
        switch (event) {
            case RunEvent.Built built ->
                take(built.image().digest(), String.join(" ", built.image().references()));
            case RunEvent.Published published ->
                take(
                        published.image().digest(),
                        String.join(" ", published.image().references()));
            case RunEvent.StepFinished finished
            when finished.outputs().containsKey("imageid") -> {
                outputs.put("imageid", finished.outputs().getOrDefault("imageid", ""));
                outputs.put("metadata", finished.outputs().getOrDefault("metadata", ""));
            }
            case RunEvent.RunFinished _ -> write();
            case RunEvent.RunStarted _,
                    RunEvent.JobsAdded _,
                    RunEvent.JobStarted _,
                    RunEvent.StepStarted _,
                    RunEvent.OutputLine _,
                    RunEvent.Annotation _,
                    RunEvent.StepFinished _,
                    RunEvent.JobRetried _,
                    RunEvent.JobFinished _,
                    RunEvent.CancelRequested _ -> {}
        }
    }

    private void take(String image, String names) {
        digest = image;
        references = names.isEmpty() ? references : names;
    }

    private void write() {
        if (digest.isEmpty()) {
            return;
        }
        try {
            String text = switch (form) {
                case GITHUB -> github();
                case DOTENV -> dotenv();
            };
            Files.writeString(
                    file,
                    masker.mask(text),
                    StandardCharsets.UTF_8,
                    StandardOpenOption.CREATE,
                    form == Form.GITHUB ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the outputs " + file, e);
        }
    }

    private String github() {
        StringBuilder text = new StringBuilder("digest=" + digest + "\n");
        String end = "end-" + UUID.randomUUID();
        outputs.forEach((name, value) -> text.append(name + "<<" + end + "\n" + value + "\n" + end + "\n"));
        return text.toString();
    }

    private String dotenv() {
        String first = references.split(" ", 2)[0];
        int tag = first.lastIndexOf(':');
        String name = tag > first.lastIndexOf('/') ? first.substring(0, tag) : first;
        return "IMAGE=" + (name.isEmpty() ? digest : name + "@" + digest) + "\nIMAGE_DIGEST=" + digest + "\nIMAGE_TAGS="
                + references + "\n";
    }

    @Override
    public void close() {}
}
