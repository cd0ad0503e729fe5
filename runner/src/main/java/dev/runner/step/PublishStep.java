package dev.runner.step;

import dev.runner.build.BuildListener;
import dev.runner.build.ImageNotFoundException;
import dev.runner.build.Images;
import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.oci.Reference;
import dev.runner.pipeline.Step;
import dev.runner.schedule.RunEvent.Published;
import dev.runner.schedule.StepContext;
import dev.runner.schedule.StepResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Puts an image under tags. Doing it again changes nothing. */
final class PublishStep {
    private final Images images;

    PublishStep(Images images) {
        this.images = images;
    }

    StepResult execute(Step.Publish step, StepContext context) throws InterruptedException {
        Set<String> tags = new TagNames(context.scope().context(CommitContext.NAME))
                .of(step.tags().texts(context.scope()));
        if (tags.isEmpty()) {
            throw new BadStepException(
                    "no rule of 'tags' gives a tag for this commit: it is on no branch and has no fitting Git tag",
                    "add 'sha' or a tag of your own");
        }
        List<Reference> names = names(step.to().words(context.scope()), tags);
        BuildListener progress = new BuildProgress(context.output());
        Digest digest = find(step.image().text(context.scope()).strip(), progress);
        Descriptor pushed = images.push(digest, names, progress);
        List<String> references = names.stream().map(Reference::toString).toList();
        List<String> platforms = images.platforms(digest).stream()
                .map(image -> image.platform().toString())
                .toList();
        context.output()
                .published(new Published.Image(references, pushed.digest().toString(), platforms));
        return StepResult.success().withOutputs(outputs(pushed, tags, references));
    }

    private static List<Reference> names(List<String> repositories, Set<String> tags) {
        List<Reference> names = new ArrayList<>();
        for (String repository : repositories) {
            try {
                Reference reference = Reference.parse(repository);
                if (reference.tag() != null || reference.digest() != null) {
                    throw new BadStepException(
                            "'to' has a tag or digest: " + repository, "name the repository, and its tags in 'tags'");
                }
                tags.forEach(tag -> names.add(reference.withTag(tag)));
            } catch (IllegalArgumentException e) {
                throw new BadStepException(String.valueOf(e.getMessage()), null);
            }
        }
        if (names.isEmpty()) {
            throw new BadStepException("'to' is empty", "name a repository, such as localhost:5000/acme/hello");
        }
        return names;
    }

    /** The image of the store; one that only a registry has is brought first. */
    private Digest find(String image, BuildListener progress) throws InterruptedException {
        try {
            if (image.contains(":") && !image.contains("/") && !image.contains("@")) {
                int at = image.indexOf(':');
                if (image.substring(0, at).equals("sha256")
                        || image.substring(0, at).equals("sha512")) {
                    return Digest.parse(image);
                }
            }
            if (image.isEmpty()) {
                throw new BadStepException(
                        "'image' is empty", "give ${{ steps.ID.outputs.digest }} of a build step, or a reference");
            }
            Reference reference = Reference.parse(image);
            Digest written = reference.digest();
            Descriptor known = written == null ? images.find(reference) : images.find(written);
            return known != null
                    ? known.digest()
                    : images.pull(reference.withDefaultTag(), List.of(), progress)
                            .digest();
        } catch (IllegalArgumentException e) {
            throw new BadStepException(String.valueOf(e.getMessage()), null);
        } catch (ImageNotFoundException e) {
            throw new BadStepException(
                    "there is no image '" + image + "'", "build it in an earlier step, or check its name");
        }
    }

    private static Map<String, String> outputs(Descriptor pushed, Set<String> tags, List<String> references) {
        Map<String, String> outputs = new LinkedHashMap<>();
        outputs.put("digest", pushed.digest().toString());
        outputs.put("tags", String.join("\n", tags));
        outputs.put("references", String.join("\n", references));
        return outputs;
    }
}
