package dev.runner.step.gitlab;

import dev.runner.schedule.RunEvent.Annotation;
import dev.runner.schedule.StepContext;
import dev.runner.schedule.StepOutput.Stream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/** JUnit reports of a job: how many tests there were, and which have failed. */
final class TestReports {
    private final StepContext context;
    private int tests;
    private int failed;
    private int skipped;

    TestReports(StepContext context) {
        this.context = context;
    }

    /** Shows them; a report that cannot be read is a warning. */
    void show(List<String> patterns, RunnerVariables variables) throws IOException {
        FoundFiles found = new FoundFiles(context.workspace());
        for (String pattern : patterns) {
            found.add(variables.expand(pattern), List.of());
        }
        for (Path file : found.files().entries().values()) {
            if (Files.isRegularFile(file)) {
                read(file);
            }
        }
        if (tests > 0) {
            context.output()
                    .line(
                            Stream.INFO,
                            "Test report: " + tests + " tests, " + failed + " failed, " + skipped + " skipped");
        }
    }

    private void read(Path file) throws IOException {
        XMLInputFactory factory = XMLInputFactory.newFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        try (InputStream in = Files.newInputStream(file)) {
            XMLStreamReader reader = factory.createXMLStreamReader(in);
            String test = null;
            while (reader.hasNext()) {
                if (reader.next() == XMLStreamConstants.START_ELEMENT) {
                    test = element(reader, test);
                }
            }
        } catch (XMLStreamException e) {
            context.output()
                    .annotate(
                            Annotation.Level.WARNING,
                            file.getFileName() + " is no JUnit report: " + e.getMessage(),
                            null);
        }
    }

    private @Nullable String element(XMLStreamReader reader, @Nullable String test) {
        switch (reader.getLocalName()) {
            case "testcase" -> {
                tests++;
                String owner = reader.getAttributeValue(null, "classname");
                String name = reader.getAttributeValue(null, "name");
                return owner == null || owner.isEmpty() ? name : owner + "." + name;
            }
            case "failure", "error" -> {
                failed++;
                String message = reader.getAttributeValue(null, "message");
                context.output()
                        .annotate(
                                Annotation.Level.ERROR,
                                test + " failed" + (message == null ? "" : ": " + message),
                                null);
            }
            case "skipped" -> skipped++;
            default -> {}
        }
        return test;
    }
}
