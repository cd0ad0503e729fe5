package dev.runner.build.embedded;

import dev.runner.build.Attestations;
import dev.runner.build.BuildEvent;
import dev.runner.build.BuildFailedException;
import dev.runner.build.BuildRequest;
import dev.runner.build.embedded.AttestationManifests.Predicate;
import dev.runner.build.embedded.ImageAssembler.Assembled;
import dev.runner.build.sbom.Inventory;
import dev.runner.build.sbom.SbomDocument;
import dev.runner.oci.Descriptor;
import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Says about each platform's image what is wanted: how it was made, what packages are in it, and, where the Dockerfile asks
 * for it, what packages the stages that it is made from and the context have.
 */
final class Attester {
    private final BuildRequest request;
    private final Workshop shop;
    private final Progress progress;
    private final Files files;
    private final @Nullable Long epoch;
    private final Map<Platform, byte[]> provenance = new LinkedHashMap<>();

    Attester(BuildRequest request, Workshop shop, Progress progress, Files files, @Nullable Long epoch) {
        this.request = request;
        this.shop = shop;
        this.progress = progress;
        this.files = files;
        this.epoch = epoch;
    }

    /** Shows files to the scanner. */
    interface Files {
        FileTree image(Descriptor manifest) throws BuildFailedException, IOException, InterruptedException;

        FileTree of(Vertex.Files files) throws BuildFailedException, IOException, InterruptedException;
    }

    /**
     * An image to speak of.
     *
     * @param steps names of its vertices, in order
     * @param scans by name, what is scanned besides the image
     */
    record Subject(Assembled image, List<String> steps, Map<String, Vertex.Files> scans) {}

    /** How each platform was made, whether or not that is attached. */
    Map<Platform, byte[]> provenance() {
        return provenance;
    }

    /** The manifests of what is said, in the order of the images; none when nothing is asked for. */
    List<Descriptor> attest(List<Subject> subjects, Instant started, List<Material> materials)
            throws BuildFailedException, IOException, InterruptedException {
        Attestations wanted = request.image().attestations();
        Instant finished = epoch == null ? shop.now() : Instant.ofEpochSecond(epoch);
        Instant begun = epoch == null ? started : finished;
        ProvenanceDocument document = new ProvenanceDocument(
                request, progress.masker(), new ProvenanceDocument.Run(begun, finished, epoch != null, materials));
        AttestationManifests writer = new AttestationManifests(shop.store().blobs(), names());
        List<Descriptor> manifests = new ArrayList<>();
        for (Subject subject : subjects) {
            Assembled image = subject.image();
            byte[] json = document.predicate(image.platform(), subject.steps());
            provenance.put(image.platform(), json);
            List<Predicate> predicates = sboms(subject, wanted, finished);
            if (wanted.provenance() != null) {
                predicates.add(new Predicate(ProvenanceDocument.TYPE, json));
            }
            if (!predicates.isEmpty()) {
                manifests.add(writer.write(image, predicates));
            }
        }
        return manifests;
    }

    private List<Predicate> sboms(Subject subject, Attestations wanted, Instant time)
            throws BuildFailedException, IOException, InterruptedException {
        List<Predicate> predicates = new ArrayList<>();
        if (wanted.sbom().isEmpty()) {
            return predicates;
        }
        Descriptor image = subject.image().manifest();
        scan(subject, "the image", files.image(image), null, time, predicates);
        for (Map.Entry<String, Vertex.Files> extra : subject.scans().entrySet()) {
            String name = extra.getKey();
            String shown = name.equals(StageGraph.CONTEXT_SCAN) ? "the context" : "the stage " + name;
            scan(subject, shown, files.of(extra.getValue()), name, time, predicates);
        }
        return predicates;
    }

    private void scan(
            Subject subject,
            String shown,
            FileTree tree,
            @Nullable String part,
            Instant time,
            List<Predicate> predicates)
            throws IOException {
        Progress.Vertex vertex =
                progress.start("[" + subject.image().platform() + "] scanning the packages of " + shown);
        Inventory.Found found = Inventory.scan(new ScannedFiles(tree));
        found.notes().forEach(progress::warn);
        var about = new SbomDocument.Subject(subject.image().manifest().digest(), part);
        for (SbomDocument.Format format : SbomDocument.Format.values()) {
            if (request.image().attestations().sbom().contains(format)) {
                predicates.add(new Predicate(format.predicateType(), SbomDocument.write(found, format, about, time)));
            }
        }
        vertex.output(BuildEvent.Stream.OUTPUT, found.packages().size() + " packages");
        vertex.finished(false, null);
    }

    /** Every name that the image gets. */
    private List<Reference> names() {
        return request.outputs().stream()
                .flatMap(output -> output.names().stream())
                .map(Reference::withDefaultTag)
                .distinct()
                .toList();
    }
}
